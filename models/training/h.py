import pathlib,pickle,minilm,torch
torch.set_num_threads(1)
x=pickle.load(open('work/texts.pickle','rb'))
h,c=minilm.train(x,pathlib.Path('work'),7)
torch.save(h.state_dict(),'work/head.pt')
