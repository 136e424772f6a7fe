/** Reads YAML as CloudFormation does: 1.1, where `!Sub text` is short for `{ "Fn::Sub": text }`. JSON is YAML, too. */
import { type Document, isScalar, type Node, Pair, parseDocument, Scalar, type Tags, visit, YAMLMap } from 'yaml';
import { Mistake, messageOf } from '../../../faults.ts';

const plain = ['Ref', 'Condition'];
const functions = [
  ...['And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAtt', 'GetAZs', 'If', 'ImportValue', 'Join', 'Length', 'Not'],
  ...['Or', 'Select', 'Split', 'Sub', 'ToJsonString', 'Transform'],
];
const longForms = new Map<string, string>([
  ...plain.map((name) => [`!${name}`, name] as const),
  ...functions.map((name) => [`!${name}`, `Fn::${name}`] as const),
]);

/** A date stays the text that it is: nothing of CloudFormation takes one. */
const withoutDates = (tags: Tags): Tags => tags.filter((tag) => tag !== 'timestamp' && !isTimestamp(tag));
const isTimestamp = (tag: Tags[number]): boolean =>
  typeof tag === 'object' && tag.tag === 'tag:yaml.org,2002:timestamp';

/** @throws Mistake that names the file, and the line and column of what is no YAML */
export function parseYaml(text: string, file: string): unknown {
  const document = parseDocument(text, { version: '1.1', merge: true, logLevel: 'silent', customTags: withoutDates });
  const [error] = document.errors;
  if (error) throw new Mistake('file', `${file}: ${error.message.split('\n')[0]?.replace(/:$/, '')}`);
  lengthen(document, file);
  try {
    return document.toJS();
  } catch (error) {
    // An alias of nothing, or of so much that it would fill the memory.
    throw new Mistake('file', `${file}: ${messageOf(error)}`);
  }
}

function lengthen(document: Document.Parsed, file: string): void {
  visit(document, {
    Node(_, node) {
      const { tag } = node as Node;
      if (tag === undefined || !tag.startsWith('!') || tag === '!') return undefined;
      const name = longForms.get(tag);
      if (name === undefined) throw new Mistake('file', `${file}: ${tag} is no intrinsic function of CloudFormation`);
      // What stands behind a short form is a text, whatever it looks like.
      const operand = isScalar(node) ? new Scalar(node.source ?? node.value) : node;
      delete operand.tag;
      const map = new YAMLMap(document.schema);
      map.items.push(new Pair(new Scalar(name), operand));
      return map;
    },
  });
}
