"""Moodle: one transport, the contract's port by the plugin, facts by the plugin's feed or by core's functions."""
