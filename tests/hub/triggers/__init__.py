"""Tests of integrations and their triggers."""
