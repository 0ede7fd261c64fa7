"""The process that sends mail loads no more than it sends with: it is started again while people wait."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NOT_NEEDED = {
    "plotly", "kaleido", "PIL", "fontTools", "openpyxl", "numpy", "lxml", "requests", "urllib3", "alembic", "holidays",
    "flask", "werkzeug", "waitress", "apscheduler", "imaplib", "psycopg",
}  # fmt: skip
_SENDING = """
import json, sys
from pathlib import Path
import service.cli.delivery
from service.bootstrap import Service
from service.settings import Settings
service = Service(Settings(data_dir=Path(sys.argv[1]), secret_key="b" * 40, _env_file=None))
service.press, service.dispatcher, service.database
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_what_sends_loads_nothing_that_draws_reads_lists_or_serves_pages(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _SENDING, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )

    loaded = set(json.loads(ran.stdout))
    assert "sqlmodel" in loaded
    assert loaded & _NOT_NEEDED == set()


def test_a_colour_of_the_house_is_had_without_plotly() -> None:
    asked = "import sys, chart_renderer.look; print('plotly' in sys.modules, 'PIL' in sys.modules)"

    ran = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["False", "False"]
