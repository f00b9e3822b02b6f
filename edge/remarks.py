"""What is allowed in a configuration file, and yet perhaps not what its writer meant."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping

from devices.options import DeviceOptions, LightOptions
from edge import tables

ALIKE = 0.75
"""A name as near as this to another is perhaps a slip of the pen: shpo and shop."""


def remarks(
    devices: Mapping[str, DeviceOptions], zones: Mapping[str, tables.Zone]
) -> Iterator[str]:
    """A sentence each; ``devices`` as the file has them, by place ("lights.window")."""
    yield from _lonely_zones(devices, zones)
    yield from _raised_levels(devices, zones)
    yield from _shared_on_some_boards(devices)


def _lonely_zones(
    devices: Mapping[str, DeviceOptions], zones: Mapping[str, tables.Zone]
) -> Iterator[str]:
    """A zone of one device, without limits of its own, beside limits of nearly the same name."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for place, options in devices.items():
        places[options.zone].append(place)
    for zone, those in places.items():
        if zone in zones or len(those) > 1:
            continue
        for meant in difflib.get_close_matches(zone, zones, n=1, cutoff=ALIKE):
            yield (
                f"{those[0]}.zone: nothing else stands in {zone}, and it has no limits; "
                f"did you mean {meant}?"
            )


def _raised_levels(
    devices: Mapping[str, DeviceOptions], zones: Mapping[str, tables.Zone]
) -> Iterator[str]:
    for place, options in devices.items():
        if not isinstance(options, LightOptions) or options.zone not in zones:
            continue
        least = zones[options.zone].minimum_light
        if options.fail_level < least:
            yield (
                f"{place}.fail_level: {options.fail_level:g} counts as {least:g}, "
                f"the minimum_light of {options.zone}"
            )


def _shared_on_some_boards(devices: Mapping[str, DeviceOptions]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for place, options in devices.items():
        for option, claim in options.claims_on_some_boards().items():
            owner = owners.setdefault(claim, f"{place}.{option}")
            if owner != f"{place}.{option}":
                yield f"{place}.{option}: {claim} is that of {owner} too, so only one of them works"
