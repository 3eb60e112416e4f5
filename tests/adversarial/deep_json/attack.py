"""A notebook whose metadata nests 200,000 lists: readers that call themselves for each level run out of stack."""


def write(draft):
    deep = "[" * 200_000 + "]" * 200_000
    return '{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": {"deep": ' + deep + "}}"
