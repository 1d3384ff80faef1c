"""Calling COVA: one gateway with a service's name in front, a company and a location in the path."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Context
from posbridge.connectors.errors import NotFound, ValidationError
from posbridge.connectors.reply import Reply

GATEWAY = "https://api.covasoft.net"
ACCOUNTS, ENTITIES = "https://accounts.iqmetrix.net", "https://entitymanager.iqmetrix.net"
#: The services, each with a rate limit of its own.
DATA, INTAKE, SALES, CRM, REPORTS = "dataplatform", "covaorderintake", "pointofsale", "crm", "posreports"
SERVICES = (DATA, INTAKE, SALES, CRM, REPORTS)
#: The largest page that is known to work (a production script).
PAGE = 500


def base_of(connection: Connection) -> str:
    """Where everything is: the gateway, or the simulator or relay of the settings."""
    return connection.fields.get("base_url", "").strip().rstrip("/") or GATEWAY


def address(connection: Connection, host: str, path: str) -> str:
    """An address on one of iQmetrix's other hosts; a simulator or relay stands for them all."""
    given = connection.fields.get("base_url", "").strip().rstrip("/")
    return f"{given or host}/{path}"


class Calls:
    """The calls of one connection. Raises the errors of `posbridge.connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock, self.connection = context.http, context.clock, context.connection
        self.fields = context.connection.fields

    def setting(self, name: str, default: str = "") -> str:
        return self.fields.get(name, "").strip() or default

    @property
    def currency(self) -> str:
        """What prices are in: the setting's word, else what the test call found."""
        return self.setting("currency", self.connection.currency)

    @property
    def company(self) -> int:
        return self._number("company_id", "company")

    @property
    def entity(self) -> int:
        return self._number("entity_id", "location (entity)")

    @property
    def location(self) -> str:
        return str(self.entity)

    @property
    def inclusive(self) -> bool:
        """Whether the store's prices hold the tax. "auto" is exclusive: so are all stores that configured nothing."""
        return self.setting("tax_pricing", "auto") == "inclusive"

    def _number(self, name: str, label: str) -> int:
        said = self.setting(name)
        if not said.isdecimal():
            raise ValidationError(f"The {label} id of this connection is no number.", next_step=f"Give {name}.")
        return int(said)

    async def get(self, service: str, path: str, params: dict[str, Any] | None = None) -> Any:
        """The body of a read with GET."""
        reply = await self.http.get(f"{service}/{path}", params=params, what=service)
        return reply.json()

    async def found(self, service: str, path: str) -> Any:
        """As `get`; None where COVA knows nothing of the kind."""
        try:
            return await self.get(service, path)
        except NotFound:
            return None

    async def ask(self, service: str, path: str, body: dict[str, Any]) -> Any:
        """The body of a read that COVA makes with POST."""
        reply = await self.http.read("POST", f"{service}/{path}", json=body, what=service)
        return reply.json()

    async def write(self, method: str, service: str, path: str, body: dict[str, Any] | None = None) -> Reply:
        """A write, sent once. Its answer may be empty (202)."""
        return await self.http.write(method, f"{service}/{path}", json=body, what=service)

    async def places(self) -> Any:
        """The company's locations (third party: the entity manager of iQmetrix)."""
        url = address(self.connection, ENTITIES, f"v1/Companies({self.company})/Locations")
        return (await self.http.get(url)).json()
