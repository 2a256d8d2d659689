"""``python -m lichtbild`` is the command ``lichtbild``."""

from lichtbild.cli.main import run

if __name__ == "__main__":
    run()
