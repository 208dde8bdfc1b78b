"""What the running process counts, for Prometheus. No name and no label carries a chat, a badge or a word (G51)."""

from __future__ import annotations

from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

#: Upper ends of the histogram's steps, in seconds.
_STEPS_S: Final = (0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """The counts of one process, in a registry of its own, so that two in one program do not clash."""

    def __init__(self) -> None:
        self.registry: Final = CollectorRegistry()
        self.updates_taken = self._counter("updates_taken", "Updates stored", "kind")
        self.updates_known = self._counter("updates_known", "Updates that came again and were left out")
        self.updates_done = self._counter("updates_done", "Updates handled to the end")
        self.updates_failed = self._counter("updates_failed", "Times that a handler failed")
        self.updates_set_aside = self._counter("updates_set_aside", "Updates set aside after three tries")
        self.claims_lost = self._counter("claims_lost", "Claims that another replica took over")
        self.emergencies_told = self._counter("emergencies_told", "Emergency lines sent at once")
        self.messages_sent = self._counter("messages_sent", "Messages that arrived", "kind")
        self.messages_retried = self._counter("messages_retried", "Tries that did not bring a message in", "why")
        self.messages_dead = self._counter("messages_dead", "Messages that Telegram will never take", "why")
        self.messages_expired = self._counter("messages_expired", "Messages too old to be sent")
        self.messages_held = self._counter("messages_held", "Messages held, since they may have arrived")
        self.chats_blocked = self._counter("chats_blocked", "Chats found to have blocked the bot")
        self.store_failures = self._counter("store_failures", "Times that the store did not work")
        self.clock_jumps = self._counter("clock_jumps", "Times that the wall clock was set")
        self.webhook_refused = self._counter("webhook_refused", "Requests at the webhook that were refused", "why")
        self.inbox_waiting = self._gauge("inbox_waiting", "Updates that wait or are in hand")
        self.inbox_oldest_seconds = self._gauge("inbox_oldest_seconds", "Age of the oldest of them")
        self.outbox_waiting = self._gauge("outbox_waiting", "Messages that wait or are under way")
        self.outbox_oldest_seconds = self._gauge("outbox_oldest_seconds", "Age of the oldest of them")
        self.lanes_busy = self._gauge("lanes_busy", "Updates being handled by this process")
        self.is_poller = self._gauge("is_poller", "1 where this process polls Telegram")
        self.is_alarm = self._gauge("is_alarm", "1 where this process does the chores")
        self.replicas = self._gauge("replicas", "Processes that share the database and are alive")
        self.send_seconds = Histogram(
            "send_seconds",
            "From filing a message to its arrival",
            namespace="beatdesk",
            registry=self.registry,
            buckets=_STEPS_S,
        )

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(name, about, labels, namespace="beatdesk", registry=self.registry)

    def _gauge(self, name: str, about: str) -> Gauge:
        return Gauge(name, about, namespace="beatdesk", registry=self.registry)

    def page(self) -> tuple[bytes, str]:
        """The page that Prometheus reads, and its content type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST
