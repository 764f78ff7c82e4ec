# SPDX-License-Identifier: CC0-1.0
"""Sentences that mean the same, and passages that fit a query: for the embedding and the reranking model."""

import re
from random import Random

from .cast import Cast
from .english import ENGLISH, GLUE, SYLLABLES
from .stories import story
from .words import ANIMALS, BEINGS, CAPITAL, COLOR_OF, FOODS, LEGS, PLACES, SOUND, THINGS, a, cap

# What a fact is: equal keys, equal facts.
Key = tuple

SKILLS = ["swim", "ride a bike", "sing", "dance", "climb", "read", "paint", "cook", "count", "fly"]
FEARS = ["the storm", "the dark", "the thunder", "the loud noise", "the deep water", "the big wave"]
SAME_MEANING = [
    ["{n} lost {his} {color} {thing} at the {place}.", "The {color} {thing} of {n} got lost at the {place}.",
     "At the {place}, {n} could not find {his} {color} {thing}.",
     "Where is the {color} {thing} that {n} lost at the {place}?"],
    ["{n} made {afood} and shared it with {fr}.", "{fr} got a piece of the {food} that {n} made.",
     "{n} gave some of {his} {food} to {fr}.", "Who made {afood} for {fr}? It was {n}."],
    ["{n} learned to SKILL.", "{n} can SKILL now.", "After a lot of practice, {n} knew how to SKILL.",
     "How did {n} learn to SKILL?"],
    ["{asp} named {n} lives near the {place}.", "Near the {place} lives {asp}. {his} name is {n}.",
     "The home of {n}, the {sp}, is close to the {place}.", "Where does {n}, the {sp}, live? Near the {place}."],
    ["{n} was afraid of FEAR.", "FEAR scared {n}.", "{n} felt scared because of FEAR.",
     "Why was {n} scared? It was FEAR."],
    ["{n} and {fr} became friends.", "{fr} is the new friend of {n}.", "{n} found a good friend, {fr}.",
     "Who is the friend of {n}? It is {fr}."],
    ["{n} has {acolor} {thing}.", "The {thing} of {n} is {color}.", "What color is the {thing} of {n}? It is {color}.",
     "{acolor} {thing} belongs to {n}."],
    ["{n} went to the {place} with {his} {par}.", "{his} {par} took {n} to the {place}.",
     "Together, {n} and {his} {par} visited the {place}.", "Did {n} go to the {place} with {his} {par}?"],
    ["{n} got {afood} for dinner.", "For dinner, {n} ate {afood}.", "{n} had {afood} in the evening.",
     "What did {n} eat for dinner? {afood}."],
    ["It rained at the {place}, so {n} went home.", "{n} left the {place} because of the rain.",
     "When the rain came, {n} ran home from the {place}.", "Why did {n} leave the {place}? It was raining."],
]


def made_up_word(r: Random) -> str:
    """A word of two to four syllables that no dictionary has."""
    return "".join(r.choice(SYLLABLES) for _ in range(r.randint(2, 4)))


def fact(r: Random) -> tuple[Key, list[str]]:
    """(key, [sentences that mean the same]); equal keys, equal facts."""
    x = r.random()
    if x < 0.55:
        c = Cast(r)
        i = r.randrange(len(SAME_MEANING))
        skill, fear = r.choice(SKILLS), r.choice(FEARS)
        said = [c.fill(t.replace("SKILL", skill).replace("FEAR", fear)) for t in SAME_MEANING[i]]
        return (i, said[0]), said
    if x < 0.65:
        k = r.choice(list(CAPITAL))
        return ("capital", k), ["What is the capital of %s?" % k, "Name the capital city of %s." % k,
                                "%s is the capital of %s." % (CAPITAL[k], k),
                                "The capital of %s is %s." % (k, CAPITAL[k])]
    if x < 0.73:
        k = r.choice(list(COLOR_OF))
        return ("color", k), ["What color is %s?" % k, "Tell me the color of %s." % k,
                              "%s is %s." % (cap(k), COLOR_OF[k]), "The color of %s is %s." % (k, COLOR_OF[k])]
    if x < 0.79:
        k = r.choice(list(SOUND))
        return ("sound", k), ["What does %s say?" % a(k), "What sound does the %s make?" % k,
                              "%s says %s." % (cap(a(k)), SOUND[k]), "The %s makes the sound %s." % (k, SOUND[k])]
    if x < 0.84:
        k = r.choice(list(LEGS))
        return ("legs", k), ["How many legs does %s have?" % a(k), "Count the legs of %s." % a(k),
                             "%s has %s legs." % (cap(a(k)), LEGS[k])]
    if x < 0.94:
        k = r.choice(ANIMALS + BEINGS)
        return ("ask", k), ["Tell me a story about %s." % a(k), "I want to hear a tale about %s." % a(k),
                            "Please write something about %s." % a(k), "A story about %s." % a(k)]
    return ("greet",), ["Hello!", "Hi there!", "Good morning!", "Hey, how are you?", "Hello, nice to meet you."]


def any_word(r: Random) -> str:
    """A common English word, a made-up one, or one of the stories'."""
    x = r.random()
    return r.choice(ENGLISH) if x < 0.6 else made_up_word(r) if x < 0.8 else r.choice(ANIMALS + PLACES + FOODS + THINGS)


def overlap(r: Random, words: list[str], share: float, most: int = 10) -> str:
    """A text that holds `share` of the words, among glue and words of its own."""
    kept = r.sample(words, round(share * len(words)))
    own = [any_word(r) for _ in range(r.randint(3, most))]
    own = [w for w in own if w not in words]
    out = kept * r.choice([1, 1, 2]) + own + [r.choice(GLUE) for _ in range(r.randint(3, most))]
    r.shuffle(out)
    return cap(" ".join(out)) + "."


def topic_words(r: Random) -> list[str]:
    """One to four words to ask about."""
    n = r.randint(1, 4)
    return [any_word(r) for _ in range(n)]


def as_query(r: Random, words: list[str]) -> str:
    """The words in any order, as somebody may type them."""
    w = words[:]
    r.shuffle(w)
    q = " ".join(w)
    return r.choice(["%s", "%s", "What is %s?", "%s is", "Tell me about %s.", "the %s"]) % q


def halves_of_story(r: Random) -> tuple[str, str]:
    """A story cut in two between sentences."""
    s = story(r)
    cuts = [m.end() for m in re.finditer(r"[.!?] ", s)]
    i = r.choice(cuts[1:-1] or cuts)
    return s[:i].strip(), s[i:].strip()
