"""The whole timetable on one page: what runs, how often, and why. What is *due* stands in the database.

A row's job looks for work and does what it finds; when there is none it costs one query. So a restart, a double
start or a missed hour changes nothing (design.md D2, D3).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from service.bootstrap import Service
from service.timetable import jobs


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the timetable. ``job`` returns what it did, in numbers, for the log."""

    name: str
    job: Callable[[Service], dict[str, int]]
    every: timedelta
    why: str
    sends: bool = False  # part of getting what is approved out: what a worker runs


TIMETABLE = (
    Row(
        name="poll",
        job=jobs.poll,
        every=timedelta(seconds=20),
        why="ask what has changed, fetch the tables whose next poll is due, and keep what is new",
    ),
    Row(
        name="watch",
        job=jobs.watch,
        every=timedelta(minutes=1),
        why="read the feeds, calendars and pages that are due, and wake the tables they speak of",
    ),
    Row(
        name="release plan",
        job=jobs.release_plan,
        every=timedelta(minutes=1),
        why="move planned releases that are due or late, and look more often for those that are due",
    ),
    Row(
        name="dropped files",
        job=jobs.take_dropped_files,
        every=timedelta(minutes=1),
        why="take in the files that lie whole in the sources' folders",
    ),
    Row(
        name="subscriber lists",
        job=jobs.subscriber_lists,
        every=timedelta(seconds=2),
        why="look through the lists of subscribers that were brought, and take in those somebody has said yes to",
    ),
    Row(
        name="draft",
        job=jobs.draft,
        every=timedelta(minutes=1),
        why="make a draft of each new finding and coming day; mark drafts on older figures as stale",
    ),
    Row(
        name="series",
        job=jobs.fill_series,
        every=timedelta(minutes=1),
        why="put together the issues that come round by themselves, in time for somebody to approve them",
    ),
    Row(
        name="publish",
        job=jobs.publish,
        every=timedelta(seconds=5),
        why="give approved drafts whose slot has come one delivery per recipient and account",
        sends=True,
    ),
    Row(
        name="deliver mail",
        job=jobs.deliver_mail,
        every=timedelta(seconds=2),
        why="hand due mails to the relay",
        sends=True,
    ),
    Row(
        name="returned mail",
        job=jobs.returned_mail,
        every=timedelta(seconds=10),
        why="read mail that came back, take note of refusals, and hold back addresses that are gone",
    ),
    Row(
        name="returned mail boxes",
        job=jobs.collect_returned_mail,
        every=timedelta(minutes=1),
        why="take in returned mail from the folder and the mailbox that are set",
    ),
    Row(
        name="return rates",
        job=jobs.return_rates,
        every=timedelta(minutes=5),
        why="count how much of the month's mail came back or was complained of, for the desk and for doctor",
    ),
    Row(
        name="deliver posts",
        job=jobs.deliver_posts,
        every=timedelta(seconds=5),
        why="publish due posts",
        sends=True,
    ),
    Row(
        name="reconcile",
        job=jobs.reconcile,
        every=timedelta(minutes=1),
        why="look for posts whose outcome is unknown, and put crashed hand-overs where they belong",
        sends=True,
    ),
    Row(
        name="settle",
        job=jobs.settle,
        every=timedelta(seconds=10),
        why="close issues and drafts whose deliveries have all ended",
        sends=True,
    ),
    Row(
        name="housekeeping",
        job=jobs.housekeeping,
        every=timedelta(hours=24),
        why="delete what may no longer be kept: unconfirmed sign-ups, old counters, dead sign-ins",
    ),
)
SENDING = tuple(row for row in TIMETABLE if row.sends)
