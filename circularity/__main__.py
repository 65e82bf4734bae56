"""`python -m circularity`."""

from circularity.cli.app import run

run()
