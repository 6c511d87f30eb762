import pathlib,pickle,torch,causal,encoder,streams,report,time,sys
x=pickle.load(open('work/texts.pickle','rb'))
m=causal.Training(torch.zeros(30522,128)); m.load_state_dict(torch.load('work/causal.checkpoint' if len(sys.argv)<2 else sys.argv[1])['model']); n=m.network.eval()
t=time.time()
c=streams.calibration(n,x); print(c['other'],time.time()-t)
for role in ('response','prompt','post'):
    print(role,report.as_markdown(streams.measure(n,x,c,role)),time.time()-t)
print(streams.children(n,x,c))
