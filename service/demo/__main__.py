"""`make demo`: plays the story, then leaves the desk open. ``DEMO_EXIT=1`` leaves after the story."""

import os
import signal
import sys
import time

from service.demo.people import APPROVER, AUTHOR
from service.demo.stage import set_stage
from service.demo.story import play
from service.demo.visitor import DemoFailed
from service.logs import configure_logs
from service.timetable.runner import Runner


def main() -> int:
    """Exit status 0 only when every step went as it should."""
    configure_logs()
    started = time.monotonic()
    try:
        with set_stage() as stage:
            play(stage, print)
            seconds, folder = time.monotonic() - started, stage.mails.parents[1]
            print(f"\nThe story took {seconds:.0f} seconds. All of it lies in {folder}/")
            if os.environ.get("DEMO_EXIT"):
                return 0
            print("\nThe desk is open. Each link signs in once; two people need two browsers, or a private window.")
            for colleague, does in ((AUTHOR, "writes"), (APPROVER, "approves")):
                print(f"  {colleague.name} {does}: {stage.address}{stage.link_for(colleague)}")
            print("Ctrl-C ends it.")
            runner = Runner(stage.service)
            runner.start()
            try:
                signal.pause()
            except KeyboardInterrupt:
                print("\nGood-bye.")
            finally:
                stage.service.ending.set()
                runner.stop()
    except DemoFailed as failure:
        print(f"\nThe demo stopped: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
