"""Setting fields that many systems share, so that they read the same in every form."""

from __future__ import annotations

from posbridge.connectors.facts import SettingField

#: A certificate authority of this building's own; the HTTP client reads the field by this name.
CA_FILE = SettingField(
    name="ca_file",
    label="Certificate file",
    required=False,
    help="A PEM file of the authority that this network trusts, where it has one of its own.",
    advanced=True,
)


def api_address(platform: str) -> SettingField:
    """The field `base_url` for a hosted system: its address is known, so only a simulator or a relay needs it."""
    return SettingField(
        name="base_url",
        label="Address of the API",
        required=False,
        help=f"Only for a relay or a simulated {platform}.",
        pattern=r"https?://[^?#\s]+",
        example="http://127.0.0.1:8700",
        advanced=True,
    )
