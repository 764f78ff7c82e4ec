# SPDX-License-Identifier: CC0-1.0
"""The words that the grammar puts into its templates: people, animals, places, things, and what is true of them.

`r` is a `random.Random` everywhere in the grammar: the same seed gives the same text.
"""

from random import Random

GIRLS = ["Lily", "Mia", "Anna", "Sara", "Rosie", "Emma", "Zoe", "Ella", "Lucy", "Amy",
         "Clara", "Nora", "Ruby", "Ivy", "Sue", "Kate", "Ada", "Eva"]
BOYS = ["Tom", "Ben", "Max", "Sam", "Jack", "Leo", "Finn", "Tim", "Noah", "Billy",
        "Hugo", "Oscar", "Peter", "Dan", "Bob", "Luke", "Adam", "Fred"]
ANIMALS = ["cat", "dog", "bird", "rabbit", "bear", "fox", "mouse", "frog", "duck",
           "horse", "cow", "pig", "sheep", "owl", "fish", "turtle", "lion", "elephant",
           "monkey", "squirrel", "bee", "hen", "goat", "deer", "dragon", "puppy", "kitten"]
BEINGS = ["robot", "princess", "king", "queen", "wizard", "pirate", "snowman", "train",
          "boat", "star", "dinosaur", "farmer", "baker", "teacher", "giant", "fairy"]
SHE, HE = {"princess", "queen", "fairy", "cow", "hen"}, {"king", "wizard", "snowman"}
PET_NAMES = ["Momo", "Pip", "Coco", "Dot", "Toto", "Nibbles", "Sunny", "Biscuit", "Poppy", "Pepper"]
# With a space before them, as inside a sentence: each shall become one piece of the vocabularies.
NAMES = [" " + n for n in GIRLS + BOYS + PET_NAMES]
PLACES = ["park", "forest", "garden", "beach", "farm", "river", "hill", "school",
          "barn", "lake", "village", "meadow", "market", "playground"]
THINGS = ["ball", "kite", "book", "hat", "toy car", "doll", "drum", "bell", "shell",
          "box", "cup", "balloon", "lamp", "key", "blanket", "scarf", "bike", "flower"]
FOODS = ["cake", "apple", "cookie", "soup", "bread", "honey", "carrot", "pie", "berry", "pancake"]
COLORS = ["red", "blue", "green", "yellow", "pink", "purple", "orange", "white", "brown", "black"]
KIND = ["little", "small", "happy", "kind", "brave", "curious", "clever", "gentle", "cheerful", "shy"]

# What the questions of a chat ask for.
COLOR_OF = {"the sky": "blue", "grass": "green", "snow": "white", "the sun": "yellow", "a banana": "yellow",
            "blood": "red", "a strawberry": "red", "an orange": "orange", "a carrot": "orange", "coal": "black",
            "milk": "white", "a frog": "green", "chocolate": "brown", "a pig": "pink", "a lemon": "yellow",
            "the sea": "blue", "a leaf": "green", "a tomato": "red", "a cloud": "white", "the night": "black"}
CAPITAL = {"France": "Paris", "Germany": "Berlin", "Italy": "Rome", "Spain": "Madrid", "England": "London",
           "Japan": "Tokyo", "China": "Beijing", "Russia": "Moscow", "Egypt": "Cairo", "Greece": "Athens",
           "Poland": "Warsaw", "Austria": "Vienna", "Norway": "Oslo", "Sweden": "Stockholm", "Portugal": "Lisbon",
           "Canada": "Ottawa", "Kenya": "Nairobi", "Cuba": "Havana", "Peru": "Lima", "Ireland": "Dublin"}
SOUND = {"cow": "moo", "dog": "woof", "cat": "meow", "duck": "quack", "sheep": "baa", "pig": "oink",
         "horse": "neigh", "bee": "buzz", "lion": "roar", "owl": "hoot", "frog": "ribbit", "mouse": "squeak"}
OPPOSITE = [("hot", "cold"), ("big", "small"), ("up", "down"), ("day", "night"), ("happy", "sad"), ("fast", "slow"),
            ("wet", "dry"), ("open", "closed"), ("hard", "soft"), ("old", "new"), ("good", "bad"), ("light", "dark")]
LEGS = {"dog": "four", "cat": "four", "spider": "eight", "bird": "two", "bee": "six", "cow": "four",
        "duck": "two", "ant": "six", "horse": "four", "snake": "no"}
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
COUNT = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def new_name(r: Random) -> str:
    """A name nobody has heard: it can only be copied from where it was said first."""
    syllables = (r.choice("BDFGKLMNPRSTVZ").lower() + r.choice("aeiou") for _ in range(r.randint(2, 3)))
    return "".join(syllables).capitalize() + r.choice(["", "", "n", "l", "x"])


def a(word: str) -> str:
    """The word with its indefinite article."""
    return ("an " if word[0] in "aeiou" else "a ") + word


def cap(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[0].upper() + text[1:]
