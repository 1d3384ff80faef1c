"""What a platform sent and nobody could read is shown, with ids and words, until it can be read."""

from __future__ import annotations

from posbridge.connectors.errors import SchemaDrift
from posbridge.services import Services
from posbridge.services.not_understood import NAMED
from tests.services.conftest import Clock, Shops


async def test_status_names_what_could_not_be_understood(services: Services, shops: Shops, clock: Clock) -> None:
    (fine,) = (await services.status()).connections
    assert (fine.not_understood.count, fine.not_understood.words()) == (0, "")
    assert fine.json()["not_understood"] == {"count": 0, "streams": {}, "objects": []}
    shops.pos.parked = [SchemaDrift(f"price: {n} is no amount", object_id=f"odd-{n}") for n in range(3)]
    since = clock()
    await services.sync.once(frozenset({"pull"}))
    clock.tick(3600)
    shops.pos.parked.append(SchemaDrift("It has no name.", object_id="odd-9"))
    await services.sync.once(frozenset({"pull"}))
    (found,) = (await services.status()).connections
    aside = found.not_understood
    assert aside.words() == "4 objects could not be understood (4 products)"
    assert [one.object_id for one in aside.objects] == ["odd-9", "odd-0", "odd-1", "odd-2"]
    said = found.json()["not_understood"]
    assert (said["count"], said["streams"]) == (4, {"products": 4})
    assert said["objects"][0].keys() == {"stream", "id", "reason", "since"}
    assert said["objects"][1]["reason"] == "price: 0 is no amount"
    assert (aside.objects[1].at - since).total_seconds() < 60, "it keeps the time it was first seen at"
    assert found.label in aside.next_step(found.label)


async def test_a_catalogue_that_changed_whole_is_counted_and_not_read_out(services: Services, shops: Shops) -> None:
    shops.pos.parked = [SchemaDrift("It has no name.", object_id=f"odd-{n}") for n in range(NAMED + 5)]
    await services.sync.once(frozenset({"pull"}))
    aside = (await services.status()).connections[0].not_understood
    assert (aside.count, len(aside.objects)) == (NAMED + 5, NAMED)
    shops.pos.parked = []
    await services.connections.disconnect("hostile")
    await services.connections.connect("hostile", {}, {"key": "open sesame"})
    assert (await services.status()).connections[0].not_understood.count == 0, "a new account begins anew"
