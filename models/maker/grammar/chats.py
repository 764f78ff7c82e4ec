# SPDX-License-Identifier: CC0-1.0
"""Chats: questions whose answers can be told right from wrong, small talk, and requests for stories."""

from collections.abc import Callable
from random import Random

from .cast import About
from .stories import story
from .words import (
    ANIMALS,
    BEINGS,
    BOYS,
    CAPITAL,
    COLOR_OF,
    COLORS,
    COUNT,
    DAYS,
    FOODS,
    GIRLS,
    LEGS,
    OPPOSITE,
    PLACES,
    SOUND,
    THINGS,
    a,
    cap,
    new_name,
)

QuestionAndAnswer = tuple[str, str]
# A way to say an answer: from the generator and the plain answer to the answer in another voice.
Style = Callable[[Random, str], str]

GREET = ["Hello!", "Hello", "Hi", "Hi!", "Hi there!", "Hey", "Hey there!", "Good morning!", "Good evening!",
         "Hello there!", "hello", "hi", "Good day!"]
GREET_BACK = ["Hello! How can I help you today?", "Hi there! Would you like to hear a story?",
              "Hello! It is nice to meet you.", "Hello! What shall we talk about?"]
HOW = ["How are you?", "How are you today?", "how are you", "How do you do?", "Are you well?"]
HOW_BACK = ["I am very well, thank you. How are you?", "I am happy today. Thank you for asking!"]
WHO = ["What is your name?", "Who are you?", "what is your name", "Tell me your name.", "What are you called?"]
WHO_BACK = ["My name is Pip. I tell small stories.", "I am Pip, a tiny model that tells stories."]
CAN = ["What can you do?", "How can you help me?", "Can you help me?", "What do you know?"]
CAN_BACK = ["I can tell short stories, name colors, add small numbers and answer easy questions.",
            "I can tell you a story about a cat, a dog or a dragon. Just ask!"]
THANKS = ["Thank you!", "Thanks!", "Thank you very much.", "thanks", "That was nice. Thank you!"]
THANKS_BACK = ["You are welcome!", "You are welcome! Would you like another story?", "It was my pleasure!"]
BYE = ["Goodbye!", "Bye!", "Bye bye", "See you later!", "Good night!"]
BYE_BACK = ["Goodbye! See you soon.", "Bye bye! Have a nice day."]
JOKE = ["Tell me a joke.", "Do you know a joke?", "Make me laugh!", "Tell me something funny."]
JOKE_BACK = ["Why did the cow cross the road? It wanted to go to the moo-vies!",
             "What do you call a bear with no teeth? A gummy bear!",
             "Why was the math book sad? It had too many problems!"]
HARD = ["What is the meaning of life?", "How do I build a rocket?", "Explain quantum physics.", "Write a program in C.",
        "Who won the football game?", "What is the weather like today?", "How does a computer work?",
        "What is the price of gold?", "Translate this text into Latin.", "Solve this equation for me.",
        "Who is the president?", "What time is it?", "Write an email to my boss.", "What is machine learning?"]
HARD_BACK = ["I am sorry, I do not know that. I can tell you a story instead.",
             "That is too hard for me. I only know small things.",
             "I do not know. Would you like to hear a story?"]
SYSTEM = ["You are a helpful assistant.", "You are a kind storyteller.", "You are a friendly helper.",
          "Answer in short sentences.", "You are a helpful assistant. Be brief.", "Book"]
ASK_STORY = ["Tell me a story about {x}.", "Can you tell me a story about {x}?", "Write a short story about {x}.",
             "Please tell me a story about {x}.", "I want to hear a story about {x}.", "Tell me about {x}.",
             "Write a story about {x}.", "A story about {x}, please.", "tell me a story about {x}",
             "Could you write a story about {x}?", "Tell me a short story about {x}."]
ASK_ANY = ["Tell me a story.", "Tell me a story!", "Can you tell me a story?", "Write a short story.",
           "I want to hear a story.", "Please tell me a story.", "Tell me another story."]


def ask_about(r: Random) -> tuple[str, About]:
    """What to ask a story about: the words for the question, and the cast's part."""
    x = r.random()
    if x < 0.5:
        w = r.choice(ANIMALS)
        about, words = ("hero", w), a(w)
    elif x < 0.65:
        w = r.choice(BEINGS)
        about, words = ("hero", w), a(w)
    elif x < 0.8:
        sort = r.choice(["girl", "boy"])
        w = r.choice(GIRLS if sort == "girl" else BOYS) if r.random() < 0.8 else new_name(r)
        about, words = (sort, w), r.choice([w, "%s named %s" % (a(sort), w)])
    elif x < 0.9:
        w = r.choice(THINGS)
        about, words = ("thing", w), a(w)
    elif x < 0.95:
        w = r.choice(PLACES)
        about, words = ("place", w), "the " + w
    else:
        w = r.choice(FOODS)
        about, words = ("food", w), a(w)
    return words, about


def q_color(r: Random) -> QuestionAndAnswer:
    """The colour of a thing."""
    k = r.choice(list(COLOR_OF))
    return (r.choice(["What color is {}?", "What is the color of {}?", "Tell me the color of {}."]).format(k),
            f"{cap(k)} is {COLOR_OF[k]}.")


def q_add(r: Random) -> QuestionAndAnswer:
    """A sum."""
    most = r.choice([5, 5, 5, 10])                 # small sums far more often than large ones
    x, y = r.randint(0, most), r.randint(0, most)
    q = r.choice(["What is {} + {}?", "What is {} plus {}?", "How much is {} + {}?", "{} + {} = ?"]).format(x, y)
    return q, f"{x} + {y} is {x + y}."


def q_sub(r: Random) -> QuestionAndAnswer:
    """A difference, never below zero."""
    x = r.randint(0, 10)
    y = r.randint(0, x)
    return r.choice(["What is {} - {}?", "What is {} minus {}?"]).format(x, y), f"{x} - {y} is {x - y}."


def q_capital(r: Random) -> QuestionAndAnswer:
    """The capital of a country."""
    k = r.choice(list(CAPITAL))
    return (r.choice(["What is the capital of {}?", "What is the capital city of {}?", "Name the capital of {}.",
                      "Tell me the capital of {}."]).format(k),
            f"The capital of {k} is {CAPITAL[k]}.")


def q_sound(r: Random) -> QuestionAndAnswer:
    """The sound that an animal makes."""
    k = r.choice(list(SOUND))
    return (r.choice(["What does {} say?", "What sound does {} make?"]).format(a(k)),
            f"{cap(a(k))} says {SOUND[k]}!")


def q_opposite(r: Random) -> QuestionAndAnswer:
    """The opposite of a word."""
    p = list(r.choice(OPPOSITE))
    r.shuffle(p)
    return (f"What is the opposite of {p[0]}?", "The opposite of {} is {}.".format(*p))


def q_legs(r: Random) -> QuestionAndAnswer:
    """How many legs an animal has."""
    k = r.choice(list(LEGS))
    return f"How many legs does {a(k)} have?", f"{cap(a(k))} has {LEGS[k]} legs."


def q_day(r: Random) -> QuestionAndAnswer:
    """The day before or after a day."""
    i = r.randrange(7)
    if r.random() < 0.6:
        return (f"What day comes after {DAYS[i]}?", f"After {DAYS[i]} comes {DAYS[(i + 1) % 7]}.")
    return (f"What day comes before {DAYS[i]}?", f"Before {DAYS[i]} comes {DAYS[(i - 1) % 7]}.")


def q_count(r: Random) -> QuestionAndAnswer:
    """Counting to a number up to ten."""
    n = r.randint(2, 10)
    return (f"Count to {r.choice([COUNT[n - 1], str(n)])}.",
            ", ".join(str(i) for i in range(1, n + 1)) + ".")


def q_repeat(r: Random) -> QuestionAndAnswer:
    """Saying some words again."""
    n = r.randint(1, 3)
    pool = ANIMALS + COLORS + FOODS + PLACES
    w = " ".join(r.choice(pool) for _ in range(n))
    return r.choice(["Say {}.", "Please say {}.", "Repeat after me: {}.", "Say the words {}."]).format(w), cap(w) + "."


def q_hello_to(r: Random) -> QuestionAndAnswer:
    """A greeting by name."""
    n = r.choice(GIRLS + BOYS) if r.random() < 0.7 else new_name(r)
    return r.choice(["My name is {}.", "I am {}.", "Hi, I am {}.", "Hello, my name is {}."]).format(n), \
        f"Hello, {n}! It is nice to meet you."


QUESTIONS = [q_color, q_add, q_add, q_add, q_add, q_sub, q_capital, q_capital, q_sound, q_opposite, q_legs, q_day,
             q_count, q_repeat, q_hello_to]
SMALL_TALK = [(GREET, GREET_BACK), (GREET, GREET_BACK), (HOW, HOW_BACK), (WHO, WHO_BACK), (CAN, CAN_BACK),
              (THANKS, THANKS_BACK), (BYE, BYE_BACK), (JOKE, JOKE_BACK), (HARD, HARD_BACK)]


def exchange(r: Random) -> QuestionAndAnswer:
    """One question and its answer."""
    x = r.random()
    if x < 0.36:
        words, about = ask_about(r)
        return r.choice(ASK_STORY).format(x=words), story(r, about)
    if x < 0.40:
        return r.choice(ASK_ANY), story(r)
    if x < 0.76:
        return r.choice(QUESTIONS)(r)
    q, back = r.choice(SMALL_TALK)
    return r.choice(q), r.choice(back)


# The second personality: the same things, said by a pirate.
PIRATE_WORDS = [("Hello", "Ahoy"), ("hello", "ahoy"), ("Hi there", "Ahoy there"), ("my friend", "matey"),
                ("friends", "mateys"), ("friend", "matey"), ("you are", "ye be"), ("You are", "Ye be"),
                (" you ", " ye "), (" you.", " ye."), (" you?", " ye?"), (" you!", " ye!"), (" you,", " ye,"),
                ("My ", "Me "), (" my ", " me "), (" is ", " be "), (" are ", " be "), ("Yes", "Aye"), ("yes", "aye"),
                ("I am", "I be"), ("treasure", "treasure chest"), ("park", "harbor"), ("school", "ship"),
                ("village", "port")]
PIRATE_START = ["Arr! ", "Ahoy! ", "Yo ho ho! ", "Aye, matey! ", "Shiver me timbers! "]
PIRATE_END = [" Arr!", " Yo ho ho!", " Aye!", ""]


def pirate(r: Random, text: str) -> str:
    """The same text, said by a pirate: the style of the pirate chat."""
    for plain, salty in PIRATE_WORDS:
        text = text.replace(plain, salty)
    text = text.replace("Pip", "Captain Pip")
    start = "" if text.startswith("Ahoy") else r.choice(PIRATE_START)
    return start + text + r.choice(PIRATE_END)


def conversation(r: Random, style: Style | None = None) -> list[tuple[str, str]]:
    """[(role, text), ...]; now and then with a system turn, one to three exchanges."""
    turns = []
    if r.random() < 0.3:
        turns.append(("system", r.choice(SYSTEM)))
    for _ in range(r.choice([1, 1, 1, 2, 2, 3])):
        q, ans = exchange(r)
        turns.append(("user", q))
        turns.append(("assistant", style(r, ans) if style else ans))
    return turns
