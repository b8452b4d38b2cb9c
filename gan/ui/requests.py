"""The requests of the Train page: the bodies that it sends, and which requests are refused at once."""

from typing import Literal
from urllib.parse import urlsplit

import pydantic
from fastapi import Request

from gan.live.command import Command
from gan.live.manager import RunManager
from gan.live.registry import OVER, Ticket
from gan.live.session import Session
from gan.ui.replies import OneLineErrors, Refused

MAX_BODY_BYTES = 4000


class StartRequest(pydantic.BaseModel):
    """Starts a run."""

    model_config = pydantic.ConfigDict(extra="forbid")
    recipe: str  # a name of gan.recipes or of gan.live.failures, or "autoencoder"
    seed: int = 0
    dataset: str | None = None  # one of `RunManager.datasets`; None: the first
    conditional: bool | None = None  # whether the networks get the label
    first_command: Literal["run", "step"] = "run"
    change: dict[str, float] = {}  # numbers that differ from the recipe's


class TicketRequest(pydantic.BaseModel):
    """Asks something of one's own run."""

    model_config = pydantic.ConfigDict(extra="forbid")
    name: str
    key: str

    def ticket(self) -> Ticket:
        return Ticket(self.name, self.key)


class CommandRequest(TicketRequest):
    """Gives a command to one's own run: see `gan.live.command.Command`."""

    kind: str = pydantic.Field(alias="order")
    network: str = "both"
    change: dict[str, float] = {}
    step: int = 0
    loss: str | None = None

    def command(self) -> Command:
        return Command(self.kind, self.network, self.change, self.step, self.loss)


class FromThisPage(OneLineErrors):
    """A route that no other site's page may reach through a visitor's browser, for small bodies of JSON."""

    async def check(self, request: Request) -> None:
        refuse_other_sites(request)
        await refuse_large_body(request)


async def refuse_large_body(request: Request) -> None:
    """Raises Refused if the body has more than MAX_BODY_BYTES."""
    if len(await request.body()) > MAX_BODY_BYTES:
        raise Refused(413, f"a request of more than {MAX_BODY_BYTES} bytes")


def refuse_other_sites(request: Request, kind: str = "application/json") -> None:
    """Refuses a request that another site's page has sent through a visitor's browser.

    A browser sends JSON, or bytes of no kind that a form has, to another site only if that site has allowed
    it, and this server never does. In case a browser sends it all the same, the header Origin names the site
    of the page. Behind a proxy the header Host may be another than the page's; Sec-Fetch-Site, which the
    browser sets, holds there too.

    Args:
      kind: the Content-Type that the body must have; not one that a form can send.
    Raises:
      Refused: the body is of another kind, or another site's page has sent it.
    """
    headers = request.headers
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != kind:
        raise Refused(415, f"Content-Type: expected {kind}")
    origin = headers.get("Origin")
    if origin is not None and headers.get("Sec-Fetch-Site") != "same-origin":
        hosts = [headers.get("Host", ""), *headers.get("X-Forwarded-Host", "").split(",")]
        if _site_of(origin) not in [host.strip() for host in hosts if host.strip()]:
            raise Refused(403, "another site's page asked for this; open Forger itself")


def _site_of(origin: str) -> str:
    """The host and the port of a page that a request comes from; "" if what the header says is no address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def find_run(manager: RunManager, name: str) -> Session:
    """The run of this name, which has been compiled. Raises Refused if there is none."""
    session = manager.visit(name)
    if session is None or session.snapshot.weights is None:
        raise Refused(404, OVER)
    return session


def find_gan(manager: RunManager, name: str) -> Session:
    """The same, of a run that trains a GAN. Raises Refused for an autoencoder too."""
    session = find_run(manager, name)
    if not session.game.has_critic:
        raise Refused(422, "an autoencoder has no discriminator: it cannot be opened in Explore")
    return session
