# SPDX-License-Identifier: CC0-1.0
"""Makes the tiny GGUF models of this project from nothing, on a CPU.

No data is downloaded. A small template grammar writes children's stories, chat turns, paraphrase pairs, question and
passage pairs, and pictures of coloured shapes; small transformers are trained on them and written as GGUF.

    grammar      what the models learn: texts and pictures from a seed; standard library only (pictures: numpy)
    tokenizers   SentencePiece BPE for the models that generate, WordPiece for the encoders
    networks     the transformers
    training     the optimizer and the loop of the language models
    gguf_files   what goes into a GGUF file of each architecture, and the quantisation
    recipes      each model: seeds, sizes, steps, what is special in its training
    commandline  options, and which recipes run side by side

All seeds are fixed. The result is the same on the same machine with the same package versions and number of threads;
elsewhere floating-point sums may come out in another order, so the weights differ a little, the behaviour hardly.
"""
