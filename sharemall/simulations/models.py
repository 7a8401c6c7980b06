"""Simulations from the wish to the report, and the mall's outlook of each day."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from sharemall.schemes.models import Change


class Simulation(models.Model):
    """A scenario under a scheme, to be run in the background, and what came of it.

    `key` is the form's: sent twice, it is one simulation. `attempt` counts how often it was begun
    or asked for again; a job is for one attempt. `headlines`, `figures` and `series` are there once
    it ended with results (`complete` False: it was stopped, and they are of the days it had).
    `change` is a draft of the scheme that the report belongs to.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"  # `error` says why; the same again would fail again
        INTERRUPTED = "interrupted"  # stopped, or its process died; it can be asked for again

    class Error(models.TextChoices):
        OVERFLOW = "overflow"  # numbers grow beyond what the engine holds
        INVARIANT = "invariant"  # something that always holds did not
        MEMORY = "memory"
        INTERNAL = "internal"
        STOPPED = "stopped"  # by a colleague
        CLOSED = "closed"  # the background process was asked to end
        KILLED = "killed"  # the background process died

    key = models.UUIDField(unique=True)
    title = models.CharField(max_length=60)
    preset = models.CharField(max_length=40, blank=True)
    scenario = models.TextField()
    scheme = models.TextField()  # the whole scheme file
    scheme_name = models.CharField(max_length=80)
    seed = models.BigIntegerField()
    days = models.PositiveIntegerField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    attempt = models.PositiveIntegerField(default=1)
    days_done = models.PositiveIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=12, choices=Error, blank=True)
    error_text = models.TextField(blank=True)
    complete = models.BooleanField(default=False)
    headlines = models.JSONField(null=True)  # by language ("zh", "en"): sentences
    figures = models.JSONField(null=True)  # summary.FIGURES by name; None where there is none
    series = models.JSONField(null=True)  # summary.SERIES by name, with their days
    change = models.ForeignKey(Change, models.SET_NULL, related_name="+", null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="queued", started_at__isnull=True, ended_at__isnull=True)
                | Q(state="running", started_at__isnull=False, ended_at__isnull=True)
                | Q(state__in=["done", "failed", "interrupted"], ended_at__isnull=False),
                name="simulation_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(complete=True, figures__isnull=False, error=""),
                name="simulation_done_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["failed", "interrupted"]) | Q(error=""),
                name="simulation_error_where_it_ended",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="simulation_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def may_run_again(self) -> bool:
        """Whether it ended without having come to its end."""
        return self.state in (self.State.FAILED, self.State.INTERRUPTED)


class ResultFile(models.Model):
    """A file that a simulation left: reports, charts, tables. For the staff alone, so not media."""

    simulation = models.ForeignKey(Simulation, models.CASCADE, related_name="files")
    name = models.CharField(max_length=40)
    content = models.BinaryField()
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["simulation", "name"], name="result_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.simulation_id}: {self.name}"


class Outlook(models.Model):
    """What the mall as it stood after a close comes to if nobody buys any more.

    `day` is the closed day, `position` the journal's last event in it. Without `figures` it is
    being worked out (`ended_at` empty) or could not be.
    """

    day = models.DateField(unique=True)
    position = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    figures = models.JSONField(null=True)  # outlook.Figures
    error = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)
