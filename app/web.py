"""The program `web`: gunicorn, led by our settings alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workers.program import begin

if TYPE_CHECKING:
    from flask import Flask

CONFIGURATION = Path(__file__).parents[1] / "deploy" / "gunicorn.py"


def main() -> None:
    """Serve until asked to end."""
    begin()
    from gunicorn.app.base import Application  # noqa: PLC0415 - reads the environment

    class WebProgram(Application):  # type: ignore[misc]
        """gunicorn with our configuration, and without a command line."""

        def load_config(self) -> None:
            """Read what stands beside the other deployments."""
            self.load_config_from_file(str(CONFIGURATION))

        def load(self) -> Flask:
            """Return the application; called in each process that serves."""
            from app.wsgi import app  # noqa: PLC0415 - not in the process that serves nothing

            return app

    WebProgram(prog="gristmill").run()


if __name__ == "__main__":
    main()
