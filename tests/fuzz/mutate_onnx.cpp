// ONNX models are changed by protobuf's reflection: any field of any message may be.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "tests/fuzz/mutate.h"

namespace narrows {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// A field of a message in the model, and which element of it.
struct Place {
  Message* message;
  const FieldDescriptor* field;
  int index;  ///< -1: the field is not repeated, or is meant as a whole
};

void collect_texts(const Message& message, std::vector<std::string>* texts) {
  const Reflection& r = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  r.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? r.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        collect_texts(field->is_repeated() ? r.GetRepeatedMessage(message, field, i) : r.GetMessage(message, field),
                      texts);
      } else if (field->type() == FieldDescriptor::TYPE_STRING) {
        texts->push_back(field->is_repeated() ? r.GetRepeatedString(message, field, i) : r.GetString(message, field));
      }
    }
  }
}

/// Data of tensors count as one place, so that the structure around them is changed as often.
void collect_places(Message* message, std::vector<Place>* places) {
  const Reflection& r = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  r.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!field->is_repeated()) {
      places->push_back({message, field, -1});
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
        collect_places(r.MutableMessage(message, field), places);
      continue;
    }
    places->push_back({message, field, -1});
    const int count = r.FieldSize(*message, field);
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    for (int i = 0; i < count && (is_message || i < 8); ++i) {
      places->push_back({message, field, i});
      if (is_message) collect_places(r.MutableRepeatedMessage(message, field, i), places);
    }
  }
}

std::string odd_text(Dice& dice, const std::string& now, const std::vector<std::string>& texts) {
  switch (dice.below(5)) {
    case 0:
      return "";
    case 1:
      return now + "\x1b";
    case 2: {
      std::vector<uint8_t> bytes(now.begin(), now.end());
      mutate_bytes(dice, &bytes);
      for (uint8_t& byte : bytes) byte &= 127;  // protobuf wants UTF-8
      return {bytes.begin(), bytes.end()};
    }
    default:
      return dice.pick(texts);
  }
}

/// Changes a field that holds a single value, or an element of one that holds several.
class Change {
 public:
  Change(Dice& dice, const Place& place, const std::vector<std::string>& texts)
      : dice_(dice), place_(place), r_(*place.message->GetReflection()), texts_(texts) {}

  void run() {
    switch (place_.field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return set(&Reflection::GetInt32, &Reflection::GetRepeatedInt32, &Reflection::SetInt32,
                   &Reflection::SetRepeatedInt32,
                   [&](int32_t v) { return static_cast<int32_t>(odd_number(dice_, v)); });
      case FieldDescriptor::CPPTYPE_INT64:
        return set(&Reflection::GetInt64, &Reflection::GetRepeatedInt64, &Reflection::SetInt64,
                   &Reflection::SetRepeatedInt64, [&](int64_t v) { return odd_number(dice_, v); });
      case FieldDescriptor::CPPTYPE_UINT64:
        return set(&Reflection::GetUInt64, &Reflection::GetRepeatedUInt64, &Reflection::SetUInt64,
                   &Reflection::SetRepeatedUInt64,
                   [&](uint64_t v) { return static_cast<uint64_t>(odd_number(dice_, static_cast<int64_t>(v))); });
      case FieldDescriptor::CPPTYPE_FLOAT:
        return set(&Reflection::GetFloat, &Reflection::GetRepeatedFloat, &Reflection::SetFloat,
                   &Reflection::SetRepeatedFloat, [&](float v) { return odd_real(dice_, v); });
      case FieldDescriptor::CPPTYPE_ENUM:
        if (place_.index < 0) r_.SetEnumValue(place_.message, place_.field, dice_.below(17));
        return;
      case FieldDescriptor::CPPTYPE_STRING:
        return change_text();
      default:
        r_.ClearField(place_.message, place_.field);
    }
  }

 private:
  template <class Get, class GetOne, class Set, class SetOne, class F>
  void set(Get get, GetOne get_one, Set set_all, SetOne set_one, const F& odd) {
    Message* m = place_.message;
    if (place_.index < 0)
      (r_.*set_all)(m, place_.field, odd((r_.*get)(*m, place_.field)));
    else
      (r_.*set_one)(m, place_.field, place_.index, odd((r_.*get_one)(*m, place_.field, place_.index)));
  }

  void change_text() {
    Message* m = place_.message;
    const bool one = place_.index >= 0;
    std::string text = one ? r_.GetRepeatedString(*m, place_.field, place_.index) : r_.GetString(*m, place_.field);
    if (place_.field->type() == FieldDescriptor::TYPE_BYTES) {
      std::vector<uint8_t> bytes(text.begin(), text.end());
      mutate_bytes(dice_, &bytes);
      text.assign(bytes.begin(), bytes.end());
    } else {
      text = odd_text(dice_, text, texts_);
    }
    if (one)
      r_.SetRepeatedString(m, place_.field, place_.index, text);
    else
      r_.SetString(m, place_.field, text);
  }

  Dice& dice_;
  const Place& place_;
  const Reflection& r_;
  const std::vector<std::string>& texts_;
};

/// Takes an element out, repeats one, or swaps two.
void change_list(Dice& dice, const Place& place) {
  const Reflection& r = *place.message->GetReflection();
  const int count = r.FieldSize(*place.message, place.field);
  if (count == 0) return;
  const int a = dice.below(count), b = dice.below(count);
  switch (dice.below(4)) {
    case 0:
      r.SwapElements(place.message, place.field, a, b);
      return;
    case 1:
      if (place.field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
        r.AddMessage(place.message, place.field)->CopyFrom(r.GetRepeatedMessage(*place.message, place.field, a));
      else if (place.field->cpp_type() == FieldDescriptor::CPPTYPE_INT64)
        r.AddInt64(place.message, place.field, odd_number(dice, 1));
      else if (place.field->type() == FieldDescriptor::TYPE_STRING)
        r.AddString(place.message, place.field, std::string(r.GetRepeatedString(*place.message, place.field, a)));
      return;
    default:
      r.SwapElements(place.message, place.field, a, count - 1);
      r.RemoveLast(place.message, place.field);
  }
}

}  // namespace

void mutate(Dice& dice, onnx::ModelProto* model) {
  std::vector<Place> places;
  std::vector<std::string> texts = {"Conv", "Relu", "Add", "Transpose", "axis", "axes", "y", "x"};
  collect_places(model, &places);
  collect_texts(*model, &texts);
  if (places.empty()) return;
  const Place place = dice.pick(places);
  if (place.field->is_repeated() && place.index < 0)
    change_list(dice, place);
  else if (place.field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && place.index >= 0)
    change_list(dice, {place.message, place.field, -1});
  else
    Change(dice, place, texts).run();
}

}  // namespace narrows
