"""Pretrained bases on this machine: their architectures and their weights."""
