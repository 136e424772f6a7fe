"""Produces to Kafka by Confluent's own client and its serializers, what its first argument says as JSON."""
import json
import sys

from confluent_kafka import Producer
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

work = json.loads(sys.argv[1])
address = {"url": work["registry"]}
registry = SchemaRegistryClient(address)
producer = Producer(work["producer"])


class AsText(SchemaRegistryClient):
    """Registers Protobuf as the text that Confluent's registry makes of the description that the serializer sends."""

    def __init__(self, text):
        super().__init__(address)
        self.text = text

    def register_schema_full_response(self, subject_name, schema, *args, **more):
        return super().register_schema_full_response(subject_name, Schema(self.text, "PROTOBUF"), *args, **more)


def protobuf(part):
    """A serializer, and what makes a message of plain values: from a description, without a compiler."""
    file = json_format.ParseDict(part["file"], descriptor_pb2.FileDescriptorProto())
    pool = descriptor_pool.Default()
    pool.Add(file)
    message = message_factory.GetMessageClass(pool.FindMessageTypeByName(part["message"]))
    return ProtobufSerializer(message, AsText(part["schema"])), lambda value: json_format.ParseDict(value, message())


def serializer(part):
    if part["format"] == "AVRO":
        return AvroSerializer(registry, json.dumps(part["schema"])), lambda value: value
    if part["format"] == "JSON":
        return JSONSerializer(json.dumps(part["schema"]), registry), lambda value: value
    return protobuf(part)


def encoded(part, field):
    if not isinstance(part, dict):
        return part
    serialize, prepare = serializer(part)
    return serialize(prepare(part["value"]), SerializationContext(work["topic"], field))


for message in work["messages"]:
    key, value = encoded(message.get("key"), MessageField.KEY), encoded(message["value"], MessageField.VALUE)
    producer.produce(work["topic"], key=key, value=value)
producer.flush()
