"""Spectral lines that indices of refraction are given at; wavelengths in air, mm.

Source: ISO 7944; Schott, TIE-29, table 1.
"""

from typing import Final

I_LINE: Final = 0.0003650146
"""i, mercury."""
H_LINE: Final = 0.0004046561
"""h, mercury."""
G_LINE: Final = 0.0004358343
"""g, mercury."""
F_LINE: Final = 0.0004861327
"""F, hydrogen."""
E_LINE: Final = 0.0005460740
"""e, mercury."""
D_LINE: Final = 0.0005875618
"""d, helium."""
C_LINE: Final = 0.0006562725
"""C, hydrogen."""
R_LINE: Final = 0.0007065188
"""r, helium."""
S_LINE: Final = 0.00085211
"""s, caesium."""
T_LINE: Final = 0.00101398
"""t, mercury."""
