"""`view` and `report`: a page to look at, a folder to hand on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, reading_verb


def register(app: typer.Typer) -> None:
    @reading_verb(app, "view", "circularity view -o ai.html", lists=False)
    def view(
        call: Call,
        output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The HTML file to write.")],
        max_length: Annotated[int, typer.Option(help="Most hops of a listed loop.", metavar="K")] = 4,
        top: Annotated[int, typer.Option(help="List the N largest loops.", metavar="N")] = 3000,
    ) -> Answer:
        """Write the network as one HTML page that opens from disk."""
        from circularity.analysis.cycles import CycleFilter, find_cycles
        from circularity.files import write_whole
        from circularity.views.explorer import explorer_page

        shown = call.view
        cycles = find_cycles(shown, CycleFilter(max_length=max_length, top=top))
        page = explorer_page(shown, cycles, shown.facts)
        write_whole(output, page.encode())
        result = {
            "file": str(output),
            "bytes": len(page.encode()),
            "parties": len(shown.legs.parties),
            "legs": len(shown.measured),
            "cycles": cycles.count,
        }
        text = f"Wrote {output} ({len(page.encode()) / 1e6:.2f} MB): open it in a browser, no network needed.\n"
        return Answer(result, text=text)

    @reading_verb(app, "report", "circularity report", lists=False)
    def report(
        call: Call,
        output: Annotated[
            Path | None,
            typer.Option("-o", "--output", metavar="DIR", help="Write report.md, report.json and explorer.html here."),
        ] = None,
    ) -> Answer:
        """Print the headline: what comes back, to whom, and what is not known."""
        from circularity.analysis.headline import headline
        from circularity.views import report as pages

        found = headline(call.view)
        answer = Answer(pages.report_json(found), pages.report_tables(call.view, found), found.problems)
        if output is not None:
            from circularity.analysis.cycles import CycleFilter, find_cycles
            from circularity.cli.answer import render
            from circularity.files import write_folder
            from circularity.views.explorer import explorer_page

            cycles = find_cycles(call.view, CycleFilter(max_length=4, top=3000))
            problems = [*call.quiet_problems, *found.problems]
            write_folder(output, {
                "report.md": pages.report_markdown(call.view, found).encode(),
                "report.json": render("report", call.view, answer, problems, "json").encode(),
                "explorer.html": explorer_page(call.view, cycles, call.view.facts).encode(),
            })  # fmt: skip
            typer.echo(f"Wrote report.md, report.json and explorer.html to {output}", err=True)
        return answer
