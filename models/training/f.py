import pathlib,pickle,minilm,torch
torch.set_num_threads(1)
x=pickle.load(open('work/texts.pickle','rb'))
minilm.features(x,pathlib.Path('work'),7)
