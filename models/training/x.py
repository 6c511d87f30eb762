import pathlib,pickle,torch,causal,minilm,encoder,streams,windows,report,export,data,sys,shutil
torch.set_num_threads(1)
w=pathlib.Path('work'); out=pathlib.Path('../experts'); x=pickle.load(open('work/texts.pickle','rb')); tk=encoder.tokenizer(w)
srcs=sorted(set(x.source))
if 'minilm' in sys.argv:
    h=minilm.Head(); h.load_state_dict(torch.load('work/head.pt')); h.eval(); c=minilm.Windows(x,w,7)
    cal=windows.calibration(h,x,c); q=windows.measure(h,x,c,cal); print(cal['other'],report.as_markdown(q))
    f=out/'minilm'; export.minilm_head(h,f/'head.onnx'); export.vocabulary(f,tk); export.manifest(f,'windowed',cal,srcs,q)
if 'causal' in sys.argv:
    m=causal.Training(torch.zeros(30522,128)); shutil.copy('work/causal.checkpoint','work/c.tmp'); m.load_state_dict(torch.load('work/c.tmp')['model']); n=m.network.eval()
    export.check_split_invariance(n)
    cal=streams.calibration(n,x); q=streams.measure(n,x,cal,'response'); print(cal['other'],report.as_markdown(q))
    for r in ('prompt','post'): print(r,report.as_markdown(streams.measure(n,x,cal,r)))
    print(streams.children(n,x,cal))
    f=out/'causal'; export.causal_model(n,f/'model.onnx'); export.vocabulary(f,tk); export.manifest(f,'streaming',cal,srcs,q)
