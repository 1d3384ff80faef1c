"""The CRM: customers that are found by phone, e-mail or name; nothing about them is unique."""

from __future__ import annotations

from posbridge.sandbox.cova.answers import Obj, Refused, guid
from posbridge.sandbox.seed import SeedCustomer
from posbridge.sandbox.wire import BadJson, Call, Reply

PHONE, EMAIL = 1, 2


class People:
    """Customers by id."""

    def __init__(self) -> None:
        self.rows: dict[str, Obj] = {}

    def seed(self, customer: SeedCustomer) -> None:
        """As somebody at the counter typed it: the phone without its country."""
        digits = customer.phone.removeprefix("+1")
        self._keep(
            {
                "PrimaryName": customer.given_name,
                "FamilyName": customer.family_name,
                "CustomerTypeId": 2,
                "DateOfBirth": "1990-04-20T00:00:00+00:00",
                "Addresses": [],
                "ContactMethods": [_contact(2, 9, customer.email), _contact(1, 3, digits)],
            }
        )

    def _keep(self, row: Obj) -> Obj:
        kept = {"Id": guid("customer", str(len(self.rows) + 1)), **row}
        self.rows[kept["Id"]] = kept
        return kept

    def create(self, call: Call) -> Reply:
        """Another customer, however many there are with the same phone."""
        body = call.json()
        if not body.get("PrimaryName"):
            raise Refused(400, "PrimaryName is required.")
        return Reply(201, self._keep({name: value for name, value in body.items() if name != "Id"}))

    def get(self, call: Call) -> Reply:
        row = self.rows.get(call.params["customer"])
        if row is None:
            raise Refused(404)
        return Reply(body=row)

    def search(self, call: Call) -> Reply:
        """All criteria must match. `Phone` and `Contact` are known, with `Equals`."""
        criteria = call.json().get("Criteria")
        if not isinstance(criteria, list) or not criteria or not all(isinstance(one, dict) for one in criteria):
            raise BadJson("Criteria")
        found = [row for row in self.rows.values() if all(_matches(row, one) for one in criteria)]
        return Reply(body={"Id": len(self.rows), "Criteria": criteria, "Results": found})

    def older(self, call: Call) -> Reply:
        """`$filter=Criteria eq 'text'`: any text of a customer."""
        said = call.query.get("$filter", "")
        if not said.startswith("Criteria eq '") or not said.endswith("'"):
            raise Refused(400)
        text = said[13:-1].replace("''", "'").casefold()
        found = [row for row in self.rows.values() if text in _name(row).casefold()]
        return Reply(body={"_embedded": {"self": found}})


def _name(row: Obj) -> str:
    return f"{row.get('PrimaryName') or ''} {row.get('FamilyName') or ''}"


def _matches(row: Obj, criterion: Obj) -> bool:
    kind = {"Phone": PHONE, "Contact": EMAIL}.get(str(criterion.get("Field")))
    if kind is None or criterion.get("Operation") != "Equals":
        raise Refused(400, "The criterion is not supported.")
    wanted = str(criterion.get("Criteria")).casefold()
    contacts = [one for one in row.get("ContactMethods") or () if one.get("ContactMethodCategoryId") == kind]
    return any(str(one.get("Value")).casefold() == wanted for one in contacts)


def _contact(category: int, kind: int, value: str) -> Obj:
    return {"ContactMethodCategoryId": category, "ContactMethodTypeId": kind, "Value": value,
            "DoNotContact": False, "Default": True}  # fmt: skip
