# SPDX-License-Identifier: CC0-1.0
"""Who and what a story is about, and how a template becomes a sentence about them."""

import re
from random import Random

from .words import ANIMALS, BOYS, COLORS, FOODS, GIRLS, HE, KIND, PET_NAMES, PLACES, SHE, THINGS, a, new_name

# What a story was asked to be about: its part in the story, and the word. The parts are hero (an animal or a being),
# girl, boy (a name), place, thing and food.
About = tuple[str, str]


class Cast:
    """Who and what one story is about; every sentence of it uses the same cast."""

    def __init__(self, r: Random, about: About | None = None) -> None:
        self.r = r
        self.kind = r.choice(KIND)
        self.place = r.choice(PLACES)
        self.color = r.choice(COLORS)
        self.thing = r.choice(THINGS)
        self.food = r.choice(FOODS)
        self.about = about
        hero: str | tuple[str, str] | None = None
        if about:
            sort, word = about
            if sort == "hero":
                hero = word
            elif sort == "girl" or sort == "boy":
                hero = (sort, word)
            elif sort == "place":
                self.place = word
            elif sort == "thing":
                self.thing = word
            elif sort == "food":
                self.food = word
        if hero is None:
            x = r.random()
            if x < 0.35:
                hero = ("girl", r.choice(GIRLS) if r.random() < 0.85 else new_name(r))
            elif x < 0.7:
                hero = ("boy", r.choice(BOYS) if r.random() < 0.85 else new_name(r))
            else:
                hero = r.choice(ANIMALS)
        if isinstance(hero, tuple):
            sort, self.name = hero
            self.species = sort
            self.he, self.him, self.his = (("she", "her", "her") if sort == "girl" else ("he", "him", "his"))
            self.the = self.name
        else:
            self.species = hero
            self.name = r.choice(PET_NAMES) if r.random() < 0.8 else new_name(r)
            he, she = ("he", "him", "his"), ("she", "her", "her")
            self.he, self.him, self.his = (she if hero in SHE else he if hero in HE else r.choice([he, she]))
            self.the = r.choice(["the " + hero, self.name])
        self.friend_kind = r.choice([x for x in ANIMALS[:20] if x != self.species])
        self.friend = "the " + self.friend_kind
        self.parent = r.choice(["mom", "dad", "grandma", "grandpa"])

    def fill(self, *choices: str) -> str:
        """One of the choices, with {fields} filled in and a capital first."""
        text = self.r.choice(choices).format(
            n=self.name, the=self.the, he=self.he, him=self.him, his=self.his,
            sp=self.species, asp=a(self.species), kind=self.kind, akind=a(self.kind), place=self.place,
            color=self.color, acolor=a(self.color), thing=self.thing, athing=a(self.thing),
            food=self.food, afood=a(self.food), fr=self.friend, fk=self.friend_kind, afk=a(self.friend_kind),
            par=self.parent)
        # A capital at the start and after each full sentence (but not after ?" and !").
        return re.sub(r'(^"?|[.!?] "?|\." "?)([a-z])', lambda m: m.group(1) + m.group(2).upper(), text)
