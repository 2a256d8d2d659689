"""Fixed white: a look that was made for one light takes that light for white, whatever the camera metered.

So did film, and so do looks after it: a lamp stays warm and shade stays cool. The neutral that the camera
metered gives way to that of CIE daylight, plane by plane in the logarithm, as far as the look is strong. What
a user asks of white balance goes before it.
"""

from dataclasses import replace
from math import exp, log

from lichtbild.colour.light import daylight_xy
from lichtbild.develop import colour_matrix, white_balance
from lichtbild.develop.recipe import DevelopRecipe, WhiteBalanceChoice
from lichtbild.image.raw_frame import RawFrame
from lichtbild.look.style import Style


def with_fixed_white(wanted: DevelopRecipe, frame: RawFrame, style: Style | None) -> DevelopRecipe:
    """The choices with the white that a look wants, where it wants one and the user asked for none.

    A camera without a calibration cannot tell what daylight would be, and keeps its own white.
    """
    if style is None or style.white_kelvin is None or wanted.white_balance.method != "as-shot":
        return wanted
    if not frame.colour.calibrations:
        return wanted
    day = colour_matrix.neutral(frame.colour, daylight_xy(style.white_kelvin))
    shot = white_balance.as_shot(frame.colour) or day
    share = style.white_share
    mixed = [exp((1 - share) * log(own) + share * log(fixed)) for own, fixed in zip(shot, day, strict=True)]
    return replace(wanted, white_balance=WhiteBalanceChoice("neutral", neutral=tuple(mixed)))
