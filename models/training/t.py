import pathlib,time,encoder,data,causal,pickle,torch,sys
torch.set_num_threads(1)
w=pathlib.Path('work'); x=pickle.load(open('work/texts.pickle','rb'))
e=encoder.word_embeddings(w,128)
n=causal.train(x,e,w,float(sys.argv[1]),7)
