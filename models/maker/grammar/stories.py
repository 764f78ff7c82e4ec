# SPDX-License-Identifier: CC0-1.0
"""Children's stories: an opening, then one of ten arcs of six steps, each said in one of two or three ways.

An arc is a function from the cast to its sentences, in order.
"""

from random import Random

from .cast import About, Cast


def opening(c: Cast) -> str:
    """Who the story is about."""
    if c.species in ("girl", "boy"):
        return c.fill(
            "Once upon a time, there was {akind} {sp} named {n}.",
            "Once there was {akind} {sp}. {his} name was {n}.",
            "One day, {akind} {sp} named {n} went to the {place}.",
            "{n} was {akind} {sp} who lived near the {place}.")
    return c.fill(
        "Once upon a time, there was {akind} {sp} named {n}.",
        "Once there was {akind} {sp}. {his} name was {n}.",
        "There was once {akind} {sp} who lived near the {place}. {his} name was {n}.",
        "Near the {place} lived {akind} {sp} named {n}.")


def arc_lost(c: Cast) -> list[str]:
    """A toy is lost, and a friend helps to find it."""
    return [c.fill("{n} had {acolor} {thing}. {he} loved it very much.",
                   "{n} loved to play with {his} {color} {thing}.",
                   "{his} best toy was {acolor} {thing}."),
            c.fill("One day, the {thing} was gone. {n} looked everywhere and felt sad.",
                   "One morning {n} could not find the {thing}. {he} began to cry."),
            c.fill("{n} met {afk}. \"Why are you sad?\" asked {fr}.",
                   "{fr} saw {n} and asked, \"What is wrong?\""),
            c.fill("\"I lost my {thing},\" said {n}. \"I will help you,\" said {fr}.",
                   "\"My {thing} is lost,\" said {n}. \"Do not cry. We can look together,\" said {fr}."),
            c.fill("They looked at the {place}. At last they saw the {thing} under a big tree.",
                   "They looked and looked. The {thing} was at the {place}, next to a rock."),
            c.fill("{n} was very happy. {he} hugged {fr} and said, \"Thank you!\"",
                   "\"Thank you, my friend!\" said {n} with a big smile.")]


def arc_stuck(c: Cast) -> list[str]:
    """A toy is stuck in a tree."""
    return [c.fill("One day, {n} took {his} {color} {thing} to the {place}.",
                   "{n} went to the {place} with {acolor} {thing}."),
            c.fill("A strong wind came and took the {thing} up into a tall tree.",
                   "The {thing} flew up and got stuck in a tall tree."),
            c.fill("{n} jumped and jumped, but {he} could not reach it.",
                   "{n} tried to climb, but the tree was too high."),
            c.fill("{fr} came by and said, \"I have an idea.\"",
                   "Then {afk} saw {him} and wanted to help."),
            c.fill("{fr} shook the tree and the {thing} fell down.",
                   "{fr} went up the tree and got the {thing} down."),
            c.fill("{n} laughed and thanked {fr}. They played together all day.",
                   "{n} was so glad. Now they play at the {place} every day.")]


def arc_bake(c: Cast) -> list[str]:
    """Something is baked, and shared."""
    return [c.fill("{n} wanted to make {afood} for {his} {par}.",
                   "It was a special day, and {n} wanted to make {afood}."),
            c.fill("{he} worked hard in the kitchen. Soon it smelled very good.",
                   "{he} mixed and stirred and waited. The kitchen smelled sweet."),
            c.fill("{fr} came to the door. {he} was very hungry.",
                   "A hungry {fk} looked in at the window."),
            c.fill("{n} thought for a moment. Then {he} gave {fr} a big piece.",
                   "\"Please come in,\" said {n}. \"We can share the {food}.\""),
            c.fill("They ate the {food} together, and it tasted wonderful.",
                   "Everyone had some {food}. It was the best {food} ever."),
            c.fill("{n} learned that sharing makes food taste better.",
                   "{n} was happy, because sharing is nice.")]


def arc_scared(c: Cast) -> list[str]:
    """A storm at night."""
    return [c.fill("One night, there was a big storm. The wind was loud.",
                   "That night it was very dark, and the rain was loud."),
            c.fill("{n} was scared. {he} hid under {his} blanket.",
                   "{n} felt afraid and could not sleep."),
            c.fill("{his} {par} came in and sat next to {him}.",
                   "{his} {par} heard {him} and brought a warm lamp."),
            c.fill("\"Do not be afraid,\" said {his} {par}. \"The storm will go away soon.\"",
                   "\"I am here with you,\" said {his} {par}. \"You are safe.\""),
            c.fill("They sang a soft song until the rain stopped.",
                   "They looked out of the window and counted the stars."),
            c.fill("{n} was not afraid any more. {he} closed {his} eyes and slept.",
                   "Soon {n} was asleep. In the morning the sun was bright.")]


def arc_friend(c: Cast) -> list[str]:
    """Two who meet become friends."""
    return [c.fill("{n} did not have a friend to play with. {he} felt lonely.",
                   "{n} wanted to find a new friend."),
            c.fill("One day {he} went to the {place} and saw {afk}.",
                   "At the {place} {he} met a shy {fk}."),
            c.fill("\"Hello,\" said {n}. \"Do you want to play with me?\"",
                   "\"Hi! My name is {n},\" {he} said. \"Can we play?\""),
            c.fill("{fr} smiled and said, \"Yes, I would like that.\"",
                   "{fr} was happy and said, \"Yes, let us play!\""),
            c.fill("They played with {acolor} {thing} until the sun went down.",
                   "They ran and jumped and played with the {color} {thing}."),
            c.fill("From that day on, {n} and {fr} were best friends.",
                   "Now {n} had a good friend, and {he} was never lonely again.")]


def arc_practice(c: Cast) -> list[str]:
    """Something hard is learned by trying again."""
    r = c.r
    skill = r.choice(["swim", "ride a bike", "sing", "dance", "climb", "read", "paint"])
    past = {"swim": "swam", "ride a bike": "rode the bike", "sing": "sang", "dance": "danced",
            "climb": "climbed", "read": "read a whole book", "paint": "painted"}[skill]

    def c2(*templates: str) -> str:
        return c.fill(*[x.replace("SKILL", skill).replace("DID", past) for x in templates])

    return [c2("{n} wanted to learn to SKILL.", "More than anything, {n} wanted to SKILL."),
            c2("{he} tried, but it was very hard. {he} wanted to stop.",
               "The first time, it did not go well, and {n} was sad."),
            c2("\"Do not give up,\" said {fr}. \"Try one more time.\"",
               "\"You can do it,\" said {his} {par}. \"Just try again.\""),
            c2("So {n} tried every day at the {place}.", "{n} tried again and again, every single day."),
            c2("Then, one sunny day, {n} DID! Everyone clapped.",
               "At last {n} DID all by {him}self. {he} was so proud."),
            c2("{n} learned that it is good to keep trying.",
               "\"I did it!\" said {n}. {he} was happy that {he} did not give up.")]


def arc_share(c: Cast) -> list[str]:
    """Somebody who did not share is sorry."""
    return [c.fill("{n} had a new {color} {thing}. {he} did not want to share it.",
                   "{n} got {acolor} {thing}, but {he} kept it only for {him}self."),
            c.fill("{fr} asked, \"May I play too?\" \"No, it is mine,\" said {n}.",
                   "{fr} wanted to play, but {n} said no."),
            c.fill("{fr} went away and was sad. {n} had to play alone.",
                   "So {fr} went home. It was not fun to play alone."),
            c.fill("{n} thought about it and felt sorry.", "{n} felt bad about what {he} did."),
            c.fill("{he} went to {fr} and said, \"I am sorry. Let us play together.\"",
                   "\"I am sorry,\" {he} said to {fr}. \"You can have a turn.\""),
            c.fill("They took turns with the {thing} and had a lot of fun.",
                   "They played at the {place} and laughed. Sharing was much more fun.")]


def arc_treasure(c: Cast) -> list[str]:
    """A treasure is found."""
    return [c.fill("One day {n} found an old map near the {place}.",
                   "{n} was walking at the {place} when {he} saw something shiny."),
            c.fill("{he} showed it to {fr}. \"Let us go and look!\" said {fr}.",
                   "{he} called {fr}, and they went to look at it together."),
            c.fill("They walked over the hill and across the river.",
                   "They dug a deep hole in the soft ground."),
            c.fill("There they found a box. Inside was {acolor} {thing}.",
                   "Under a stone was a small box with {acolor} {thing} in it."),
            c.fill("\"What a treasure!\" said {n}. {fr} danced with joy.",
                   "\"It is beautiful!\" they both said."),
            c.fill("They took it home and showed it to everyone.",
                   "They kept the {thing} in a safe place and looked at it every day.")]


def arc_garden(c: Cast) -> list[str]:
    """A seed grows slowly."""
    return [c.fill("{n} had a tiny seed. {he} put it in the ground.",
                   "One spring day, {n} planted a small seed near the {place}."),
            c.fill("{he} gave it water every day and waited.",
                   "Every morning {he} gave it some water."),
            c.fill("Nothing happened for a long time. {n} was worried.",
                   "\"Why does it not grow?\" {he} asked."),
            c.fill("\"You must wait,\" said {fr}. \"Good things take time.\"",
                   "{his} {par} smiled and said, \"Wait a little longer.\""),
            c.fill("Then one day there was {acolor} flower, tall and bright.",
                   "At last a green leaf came up, and then {acolor} flower."),
            c.fill("{n} was proud and happy. {he} had learned to wait.",
                   "{n} smiled all day long, because the flower was so pretty.")]


def arc_help(c: Cast) -> list[str]:
    """A hurt animal is helped."""
    return [c.fill("One day, {n} heard a small cry at the {place}.",
                   "{n} was on the way to the {place} when {he} heard a sound."),
            c.fill("It was {afk}. {he} was hurt and could not walk.",
                   "A tiny {fk} was stuck under a branch."),
            c.fill("\"Do not worry, I will help you,\" said {n}.",
                   "{n} wanted to help at once."),
            c.fill("{he} gave {fr} some {food} and a warm blanket.",
                   "{he} took {fr} home and made a soft bed."),
            c.fill("After a few days, {fr} was well again.", "Soon {fr} could run and jump again."),
            c.fill("{fr} said, \"You are so kind.\" And they were friends for ever.",
                   "{n} was glad, because helping others is a good thing.")]


ARCS = [arc_lost, arc_stuck, arc_bake, arc_scared, arc_friend, arc_practice,
        arc_share, arc_treasure, arc_garden, arc_help]
# Which arcs really mention the thing, the food, the place of the cast.
ARCS_THING = [arc_lost, arc_stuck, arc_friend, arc_share, arc_treasure]
ARCS_FOOD = [arc_bake, arc_help]
ARCS_PLACE = [arc_lost, arc_stuck, arc_friend, arc_treasure, arc_help]


def story(r: Random, about: About | None = None) -> str:
    """A story of some ten sentences, about what was asked for or about anything."""
    c = Cast(r, about)
    pool = ARCS
    if about and about[0] == "thing":
        pool = ARCS_THING
    elif about and about[0] == "food":
        pool = [arc_bake]
    elif about and about[0] == "place":
        pool = ARCS_PLACE
    parts = [opening(c)] + r.choice(pool)(c)
    if r.random() < 0.4:
        parts.append("The end.")
    return " ".join(parts)
