"""What a device says that it does, in words."""

from __future__ import annotations

from hub.web.words import kelvin_words, number_words, percent_words
from scenes.language import _, ngettext
from scenes.messages import DeviceKind, Reading


def reading_words(kind: DeviceKind, reading: Reading) -> str:
    """A reading in a few words; empty where it says nothing."""
    match kind:
        case "light":
            return _light(reading)
        case "player":
            return _player(reading)
        case "diffuser":
            return _diffuser(reading)
        case "sensor":
            return _sensor(reading)


def cartridge_words(reading: Reading) -> str:
    """How much is left in a cartridge, and how long that lasts by the use of the last days."""
    if reading.cartridge_ml is None:
        return ""
    left = _("{volume} left").format(volume=millilitres(reading.cartridge_ml))
    if reading.days_left is None:
        return left
    days = int(reading.days_left)
    if days < 1:
        return _("{left}, for less than a day").format(left=left)
    lasts = ngettext("{left}, for about {n} day", "{left}, for about {n} days", days)
    return lasts.format(left=left, n=days)


def millilitres(volume: float) -> str:
    """A volume, without what nobody can measure."""
    return _("{ml} ml").format(ml=number_words(volume))


def fragrance_words(fragrance: str) -> str:
    """A fragrance's id as people say it: white-tea is White tea."""
    return fragrance.replace("-", " ").capitalize()


def runs_out(reading: Reading) -> bool:
    """Whether somebody should have a new cartridge at hand."""
    if reading.cartridge_ml == 0:
        return True
    return reading.days_left is not None and reading.days_left < 3


def _light(reading: Reading) -> str:
    if reading.level is None:
        return ""
    if reading.level <= 0:
        return _("Off")
    facts = [percent_words(reading.level)]
    if reading.temperature_k is not None:
        facts.append(kelvin_words(reading.temperature_k))
    return ", ".join(facts)


def _player(reading: Reading) -> str:
    if not reading.playing:
        return "" if reading.playing is None else _("Silent")
    name = (reading.source or "").partition(":")[2]
    volume = percent_words(reading.volume) if reading.volume is not None else ""
    if name and volume:
        return _("Plays {source} at {volume}").format(source=name, volume=volume)
    return _("Plays")


def _diffuser(reading: Reading) -> str:
    if reading.on is None:
        return fragrance_words(reading.fragrance) if reading.fragrance else ""
    facts = [_("Gives scent now") if reading.on else _("No burst now")]
    if reading.fragrance:
        facts.append(fragrance_words(reading.fragrance))
    return ", ".join(facts)


def _sensor(reading: Reading) -> str:
    if reading.present is not None:
        return _("Sees somebody") if reading.present else _("Sees nobody")
    if reading.open is not None:
        return _("Open") if reading.open else _("Closed")
    if reading.pressed is not None:
        return _("Pressed") if reading.pressed else _("Not pressed")
    if reading.distance_cm is not None:
        return _("{cm} cm away").format(cm=number_words(reading.distance_cm))
    return ""
