# SPDX-License-Identifier: CC0-1.0
"""The grammar: the same seed gives the same text, and what it says is true."""

import hashlib
import random
import re
import unittest

from ..grammar.chats import QUESTIONS, conversation, pirate
from ..grammar.pairs import as_query, fact, overlap
from ..grammar.stories import story
from ..grammar.words import CAPITAL, a, cap


def digest(lines: list[str]) -> str:
    """Sixteen hex digits that stand for the lines."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


class SameSeedSameText(unittest.TestCase):
    """The bundled models were trained on these texts: other digests mean that they can no longer be made again."""

    def test_stories(self) -> None:
        r = random.Random(11)
        self.assertEqual(digest([story(r) for _ in range(200)]), "5aa97ef53028607a")

    def test_conversations(self) -> None:
        r = random.Random(101)
        self.assertEqual(digest([role + text for _ in range(200) for role, text in conversation(r)]), "de7adb16e0bf6eb4")

    def test_pirate_conversations(self) -> None:
        r = random.Random(102)
        self.assertEqual(digest([t for _ in range(200) for _, t in conversation(r, pirate)]), "4a78a86feebf9304")

    def test_facts_and_overlaps(self) -> None:
        r = random.Random(41)
        lines = [t for _ in range(200) for t in fact(r)[1]]
        lines += [overlap(r, ["red", "ball"], 0.5) + as_query(r, ["red", "ball"]) for _ in range(100)]
        self.assertEqual(digest(lines), "20836c9dd35d6232")


class Sentences(unittest.TestCase):
    """What every text keeps to."""

    def test_no_field_of_a_template_is_left(self) -> None:
        r = random.Random(1)
        for _ in range(500):
            self.assertNotRegex(story(r), r"[{}]|SKILL|DID")

    def test_sentences_begin_with_a_capital(self) -> None:
        r = random.Random(2)
        for _ in range(500):
            text = story(r)
            self.assertTrue(text[0].isupper() or text[0] == '"', text)
            self.assertIsNone(re.search(r"[.] [a-z]", text), text)

    def test_a_story_is_about_what_was_asked_for(self) -> None:
        r = random.Random(3)
        for about in (("hero", "cat"), ("girl", "Lily"), ("thing", "kite"), ("food", "cake"), ("place", "farm")):
            for _ in range(50):
                self.assertIn(about[1], story(r, about))

    def test_sums_are_right(self) -> None:
        r = random.Random(4)
        for _ in range(2000):
            _, answer = r.choice(QUESTIONS)(r)
            if found := re.fullmatch(r"(\d+) ([+-]) (\d+) is (\d+)\.", answer):
                x, sign, y, result = found.groups()
                self.assertEqual(int(result), int(x) + int(y) if sign == "+" else int(x) - int(y))

    def test_a_pirate_is_plain_to_hear(self) -> None:
        r = random.Random(5)
        for _ in range(200):
            self.assertRegex(pirate(r, "Hello! How can I help you today?"), r"^Ahoy! How can I help ye today\?")
            self.assertRegex(pirate(r, "The sky is blue."), r"^(Arr!|Ahoy!|Yo ho ho!|Aye, matey!|Shiver me timbers!) ")

    def test_equal_keys_are_equal_facts(self) -> None:
        r = random.Random(6)
        for _ in range(500):
            key, said = fact(r)
            self.assertGreaterEqual(len(said), 3)
            if key[0] == "capital":
                self.assertIn("The capital of %s is %s." % (key[1], CAPITAL[key[1]]), said)

    def test_articles_and_capitals(self) -> None:
        self.assertEqual([a("owl"), a("cat")], ["an owl", "a cat"])
        self.assertEqual(cap("the sky"), "The sky")
