// The instruction set that this is compiled for. An emitted file carries the text of its target's file instead.
#pragma once

#ifndef NARROWS_ISA
#define NARROWS_ISA "plain.h"
#endif
#include NARROWS_ISA
