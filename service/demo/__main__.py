"""`make demo`: plays the story, then leaves the desk open. ``DEMO_EXIT=1`` leaves after the story."""

import os
import signal
import sys
import time

from service.demo.people import APPROVER
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
            print(f"\nThe desk is open. Sign in as {APPROVER.name}, once, by this link:")
            print(f"  {stage.address}{stage.link_for(APPROVER)}\nCtrl-C ends it.")
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
