"""The floor of the override benchmark: a bare route that publishes N messages with paho.

Run as a process: ``python -m tests.bench.floor_app HTTP_PORT MQTT_PORT``.
"""

import sys

import paho.mqtt.client as mqtt
import uvicorn
from paho.mqtt.enums import CallbackAPIVersion
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

TOPIC = "floor/light"


def application(mqtt_port: int) -> Starlette:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="floor-publisher")
    client.connect("127.0.0.1", mqtt_port)
    client.loop_start()

    async def publish(request: Request) -> PlainTextResponse:
        for number in range(int(request.path_params["count"])):
            client.publish(f"{TOPIC}/{number}", b'{"level":50}')
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/publish/{count:int}", publish, methods=["PUT"])])


if __name__ == "__main__":
    uvicorn.run(
        application(int(sys.argv[2])), host="127.0.0.1", port=int(sys.argv[1]), log_level="error"
    )
