"""``lichtbild look``: looks listed, solved, applied, measured, learned, and exchanged with other programs."""

import typer

from lichtbild.cli.look.apply import apply
from lichtbild.cli.look.chart import chart
from lichtbild.cli.look.export import export
from lichtbild.cli.look.import_ import import_
from lichtbild.cli.look.learn import learn
from lichtbild.cli.look.list import list_looks
from lichtbild.cli.look.meter import meter
from lichtbild.cli.look.sheet import sheet
from lichtbild.cli.look.solve import solve

app = typer.Typer(
    name="look",
    help="Looks: listed, applied to finished pictures, measured, learned, exchanged with other programs.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("list")(list_looks)
app.command("apply")(apply)
app.command("export")(export)
app.command("import")(import_)
app.command("meter")(meter)
app.command("sheet")(sheet)
app.command("solve")(solve)
app.command("learn")(learn)
app.command("chart")(chart)
