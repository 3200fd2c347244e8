// Models with something wrong, or merely odd, about them: sound models of which a few fields are changed at random.
// What is changed are fields that a writer of models could have got wrong, so that most mutants reach the depths of the
// readers.
#pragma once

#include <string>

#include "onnx/onnx_pb.h"
#include "tests/fuzz/dice.h"
#include "tflite_generated.h"

namespace narrows {

/// A number near `now`, or one at which code goes wrong: zero, negative, a power of two, the ends of the types.
int64_t odd_number(Dice& dice, int64_t now);
float odd_real(Dice& dice, float now);

/// Each changes one thing.
void mutate(Dice& dice, tflite_format::ModelT* model);
void mutate(Dice& dice, onnx::ModelProto* model);
void mutate_json(Dice& dice, std::string* text);
/// Some bytes of a file: flipped, cut off, repeated.
void mutate_bytes(Dice& dice, std::vector<uint8_t>* bytes);

}  // namespace narrows
