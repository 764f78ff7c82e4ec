# SPDX-License-Identifier: CC0-1.0
"""The encoders' tokenizer."""

import unittest

from ..tokenizers.wordpiece import UNK, WordPiece


class Pieces(unittest.TestCase):
    """A vocabulary from a few words."""

    def setUp(self) -> None:
        self.tokenizer = WordPiece(["The cat sat. The cat sat again!"] * 3, 200)

    def test_words_are_lower_cased_without_accents(self) -> None:
        self.assertEqual(WordPiece.words("Café, OK?"), ["cafe", ",", "ok", "?"])

    def test_a_common_word_is_one_piece(self) -> None:
        self.assertEqual([self.tokenizer.tokens[i] for i in self.tokenizer.encode("cat")], ["\u2581cat"])

    def test_pieces_put_together_are_the_word(self) -> None:
        pieces = [self.tokenizer.tokens[i] for i in self.tokenizer.encode("Tactics")]
        self.assertEqual("".join(pieces), "\u2581tactics")
        self.assertGreater(len(pieces), 1)

    def test_a_strange_character_makes_its_word_unknown(self) -> None:
        self.assertEqual(self.tokenizer.encode("\u4f60"), [UNK])

    def test_the_same_texts_give_the_same_vocabulary_of_the_size_asked_for(self) -> None:
        again = WordPiece(["The cat sat. The cat sat again!"] * 3, 120)
        self.assertEqual(again.tokens, self.tokenizer.tokens[:120])
