"""Words of the observers' pages, each of which an experiment may replace by its own."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_ENGLISH: Final = {
    "welcome": "Welcome",
    "consent": (
        "You will see photographs and be asked about them. Your answers are kept under a number, not under "
        "your name. You may stop at any time, and go on later by the same link; if you wish, all your"
        " answers "
        "are erased."
    ),
    "agree": "I have read this and wish to take part",
    "begin": "Begin",
    "next": "Next",
    "back": "Back",
    "screen": "Your screen",
    "size": "Lay a bank card on the screen and move the slider until the drawn card is as large.",
    "size_label": "Width of the card",
    "distance": "Sit so that your eyes are about {distance} from the screen: {arms}.",
    "arms": "{lengths} times the length of a bank card",
    "greys": "Set brightness and light in the room so that you can tell all steps from their neighbours.",
    "greys_label": "How many squares do you see in the dark row, and how many in the light row?",
    "dark": "Dark squares seen",
    "light": "Light squares seen",
    "how": "How it works",
    "how_pair": "Two photographs of one scene. Choose one with a tap, a click, or the keys ← and →.",
    "how_flicker": (
        "Two photographs in one place. Change with the space bar or a tap on the picture; choose the "
        "one that "
        "you mean with 1 or 2."
    ),
    "how_triplet": "The reference stands in the middle. Choose left or right, by a click or with ← and →.",
    "how_rating": "Give each photograph a grade, by a click or with the number keys.",
    "how_double": "The first is the reference. Grade the other, by a click or with the number keys.",
    "how_line": "Set each mark on its line, with pointer or arrow keys, then confirm with Enter.",
    "how_ruler": "Move the slider until both photographs are equally good, then confirm with Enter.",
    "how_ranking": (
        "Choose the photographs from best to worst: click them or press their numbers. Undo: Backspace."
    ),
    "how_pan": "A photograph larger than the screen can be moved by dragging, or with W, A, S and D.",
    "how_full": "F fills the screen. Each answer is stored at once; P pauses.",
    "question": "Question",
    "first": "First photograph",
    "second": "Second photograph",
    "photograph": "Photograph",
    "reference": "Reference",
    "ruler": "Ruler",
    "worse": "worse",
    "better": "better",
    "tie": "No difference",
    "confirm": "Confirm",
    "undo": "Undo",
    "pause": "Pause",
    "paused": "Take a rest",
    "paused_text": "All answers are stored. Go on when you like, also later by the same link.",
    "resume": "Go on",
    "full": "Full screen",
    "progress": "{done} of {total}",
    "loading": "Loading …",
    "storing": "Storing …",
    "trouble": "The server does not answer. Your answer is kept here and sent again.",
    "thanks": "Thank you",
    "thanks_text": "All your answers are stored. You may close this page.",
    "refused": "This link is not valid",
    "refused_text": "Open the whole link that you were given, or ask for a new one.",
    "labels": "bad|poor|fair|good|excellent",
    "impairment": "very annoying|annoying|slightly annoying|perceptible, not annoying|imperceptible",
    "line": "bad|poor|fair|good|excellent",
}

_GERMAN: Final = {
    "welcome": "Willkommen",
    "consent": (
        "Sie sehen Fotografien und werden dazu befragt. Ihre Antworten werden unter einer Nummer "
        "gespeichert, "
        "nicht unter Ihrem Namen. Sie können jederzeit aufhören und später über denselben Link weitermachen; "
        "auf Wunsch werden alle Ihre Antworten gelöscht."
    ),
    "agree": "Ich habe das gelesen und möchte teilnehmen",
    "begin": "Beginnen",
    "next": "Weiter",
    "back": "Zurück",
    "screen": "Ihr Bildschirm",
    "size": (
        "Legen Sie eine Bankkarte an den Bildschirm und ziehen Sie den Regler, bis die gezeichnete "
        "Karte gleich "
        "groß ist."
    ),
    "size_label": "Breite der Karte",
    "distance": "Setzen Sie sich so, dass Ihre Augen etwa {distance} vom Bildschirm entfernt sind: {arms}.",
    "arms": "{lengths} Bankkarten lang",
    "greys": "Stellen Sie Helligkeit und Raumlicht so ein, dass sich alle Stufen von ihren Nachbarn abheben.",
    "greys_label": "Wie viele Felder sehen Sie in der dunklen Reihe, wie viele in der hellen?",
    "dark": "Dunkle Felder",
    "light": "Helle Felder",
    "how": "So geht es",
    "how_pair": (
        "Zwei Fotografien einer Szene. Wählen Sie eine durch Tippen, mit einem Klick oder den Tasten ← und →."
    ),
    "how_flicker": (
        "Zwei Fotografien an einem Ort. Wechseln Sie mit der Leertaste oder durch Tippen auf das "
        "Bild; wählen "
        "Sie die gemeinte mit 1 oder 2."
    ),
    "how_triplet": (
        "In der Mitte steht die Referenz. Wählen Sie links oder rechts, mit einem Klick oder mit ← und →."
    ),
    "how_rating": "Geben Sie jeder Fotografie eine Note, mit einem Klick oder den Zifferntasten.",
    "how_double": (
        "Die erste ist die Referenz. Benoten Sie die andere, mit einem Klick oder den Zifferntasten."
    ),
    "how_line": (
        "Setzen Sie jede Marke auf ihrer Linie, mit Zeiger oder Pfeiltasten; bestätigen Sie mit Enter."
    ),
    "how_ruler": "Bewegen Sie den Regler, bis beide Fotografien gleich gut sind; bestätigen Sie mit Enter.",
    "how_ranking": (
        "Wählen Sie die Fotografien von der besten zur schlechtesten: klicken Sie oder drücken Sie "
        "ihre Nummern. "
        "Zurück: Rücktaste."
    ),
    "how_pan": (
        "Eine Fotografie, die größer als der Bildschirm ist, lässt sich ziehen oder mit W, A, S und D"
        " bewegen."
    ),
    "how_full": "F füllt den Bildschirm. Jede Antwort wird sofort gespeichert; P macht Pause.",
    "question": "Frage",
    "first": "Erste Fotografie",
    "second": "Zweite Fotografie",
    "photograph": "Fotografie",
    "reference": "Referenz",
    "ruler": "Lineal",
    "worse": "schlechter",
    "better": "besser",
    "tie": "Kein Unterschied",
    "confirm": "Bestätigen",
    "undo": "Zurück",
    "pause": "Pause",
    "paused": "Ruhen Sie sich aus",
    "paused_text": (
        "Alle Antworten sind gespeichert. Machen Sie weiter, wann Sie möchten, auch später über "
        "denselben Link."
    ),
    "resume": "Weitermachen",
    "full": "Vollbild",
    "progress": "{done} von {total}",
    "loading": "Lädt …",
    "storing": "Speichert …",
    "trouble": "Der Server antwortet nicht. Ihre Antwort bleibt hier und wird erneut gesendet.",
    "thanks": "Vielen Dank",
    "thanks_text": "Alle Ihre Antworten sind gespeichert. Sie können diese Seite schließen.",
    "refused": "Dieser Link gilt nicht",
    "refused_text": "Öffnen Sie den ganzen Link, den Sie bekommen haben, oder bitten Sie um einen neuen.",
    "labels": "schlecht|mäßig|ordentlich|gut|ausgezeichnet",
    "impairment": "sehr störend|störend|leicht störend|sichtbar, nicht störend|nicht sichtbar",
    "line": "schlecht|mäßig|ordentlich|gut|ausgezeichnet",
}

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {"en": MappingProxyType(_ENGLISH), "de": MappingProxyType(_GERMAN)}
)
"""Words by language and key; lists are parted by upright strokes."""
