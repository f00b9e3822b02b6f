"""Drivers for devices that talk MQTT themselves: Zigbee2MQTT's and Tasmota's."""
