"""What each stage of a development gives: `python stages.py FILE`."""

import sys

import lichtbild

(source,) = sys.argv[1:]
frame = lichtbild.read(source)
chain = lichtbild.chain(frame, lichtbild.Recipe())

for name in chain.names:
    image = lichtbild.intermediate(frame, lichtbild.Recipe(), name)
    height, width, planes = image.samples.shape
    low, high = float(image.samples.min()), float(image.samples.max())
    noun = type(image).__name__
    print(f"{name:14} {noun:12} {height:5} x {width:5} x {planes}   {low:9.4f} to {high:9.4f}")
