"""What agents say in words, in the reader's language.

An agent speaks English: its words stand in its log, too. These are the sentences that it has for
a page; a test holds them to the agent's code. What is not among them, such as the error of a
driver, is shown as the agent said it.
"""

from __future__ import annotations

from hub.retelling import Retelling
from scenes.language import N_

agents_said = Retelling(
    (
        # What came of a request.
        N_("the player did not get to it in time"),
        N_("only a player announces"),
        N_("only a diffuser has a cartridge"),
        N_("{device} announces {source}"),
        N_("the request came too late"),
        N_("there is no {device} at this edge"),
        N_("only {edge} itself has a log"),
        N_("the last {lines} lines of its log"),
        N_("it is showing itself already"),
        N_("it is silent in this scene, and a request never starts music"),
        N_("it is silent in this scene, and an announcement never starts music"),
        N_("this player can't announce"),
        N_("an announcement is under way"),
        N_("the music of {device} falls to half as loud and comes back"),
        N_("the cartridge of {device} counts as full from now on"),
        N_("the guard is asked for a burst of {seconds} s from {device}"),
        N_("it pauses between two bursts: ask again in {seconds} s"),
        N_("{device} brightens to {level} % and comes back, within {seconds} s"),
        N_("{device} dims to {level} % and comes back, within {seconds} s"),
        N_("a sensor can't show itself: walk past it and watch its reading"),
        N_("{edge} did not answer within {seconds} s"),
        N_("the broker is not connected, so nothing was asked"),
        # What the guard keeps, and why it gives no scent.
        N_("the emergency contact is open"),
        N_("the emergency contact was open: somebody has to reset the alarm at the Pi"),
        N_("the calm button was pressed"),
        N_("the guard does not answer: no scent"),
        N_(
            "the guard does not answer: no scent, and its contact, buttons and relays are dead: "
            "start it anew"
        ),
        N_("a burst takes up to {seconds} s"),
        N_("somebody else has it"),
        N_("it pauses between two bursts"),
        N_("the day's {volume} ml are given"),
        N_("the day's millilitres are given"),
        N_("{why}; again from {time} UTC"),
        # What is wrong with a zone, its clock or a sensor.
        N_("no plan yet: the outputs hold their boot levels"),
        N_("{device}: does not do what the scene asks"),
        N_("the scene asks for {fragrance}, the diffuser holds {held}"),
        N_(
            "refuses the hub's plan of {time} UTC: the hub's database is older than the plan here; "
            "confirm it on the hub"
        ),
        N_("the plan ended on {time} UTC: the same weekday repeats"),
        N_(
            "the plan was made at {time} UTC, but this clock says {now}: no scent and no as-run "
            "record until it is right"
        ),
        N_("the plan begins at {time} UTC, but this clock says {now}"),
        N_(
            "nobody vouches for the clock: light and music by the best guess, no scent and no "
            "as-run record until a time server answers or somebody says: stemning edge clock "
            "--trust"
        ),
        N_("gives no reading: {error}"),
        N_("gives {reading}, which is no reading"),
        N_("gives a reading that can't be: {error}"),
        N_(
            "changes more than {times} times a minute: look at its cable and at what moves before "
            "it"
        ),
        N_(
            "has seen somebody for more than {hours} hours without a break: look whether it is "
            "stuck"
        ),
        N_("can't be watched: {error}"),
    )
)
