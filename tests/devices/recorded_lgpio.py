"""An lgpio that keeps what it is asked, for machines without pins."""

from typing import Any

OUTPUT = 1 << 1  # lgpio's mode bit


class RecordedLgpio:
    """Keeps what gpiozero and our pins ask of lgpio, and which lines are outputs."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.outputs: set[tuple[int, int]] = set()

    def note(self, name: str) -> Any:
        def called(*arguments: Any) -> int:
            self.calls.append((name, *arguments))
            line = arguments[:2]
            if name == "gpio_claim_output":
                self.outputs.add(line)
            elif name == "gpio_claim_input":
                self.outputs.discard(line)
            elif name == "gpio_get_mode":
                return OUTPUT if line in self.outputs else 0
            elif name == "gpiochip_open":
                return 100 + int(arguments[0])
            return 0

        return called

    def of(self, *names: str) -> list[tuple[Any, ...]]:
        """The calls by these names, in order."""
        return [call for call in self.calls if call[0] in names]
