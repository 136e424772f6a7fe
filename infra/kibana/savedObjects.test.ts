import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { indexNames, indices } from '../../functions/metrics/fields.ts';
import { languages } from '../../functions/orders/lifecycle.ts';
import { fieldFaults, indexOfView, lensesOf, parseObjects, type SavedObject } from './saved.fixture.ts';
import { dataViewNames, savedFile, savedObjects } from './savedObjects.ts';

const keyOf = ({ type, id }: { type: string; id: string }) => `${type}:${id}`;
const sets = languages.map((language) => ({ language, objects: parseObjects(savedObjects(language)) }));

for (const { language, objects } of sets) {
  test(`the file in the tree is what the source makes (${language}); else run: npm run dashboards -- --write`, () => {
    assert.equal(readFileSync(savedFile(language), 'utf8'), savedObjects(language));
  });

  test(`every reference resolves to an object that comes before it, and no id is there twice (${language})`, () => {
    const known = new Set<string>();
    for (const object of objects) {
      for (const reference of object.references)
        assert.ok(known.has(keyOf(reference)), `${object.id}: ${reference.id}`);
      assert.ok(!known.has(keyOf(object)), `${object.id} is there twice`);
      known.add(keyOf(object));
    }
  });

  test(`every field of a panel is in the template, with a type that the operation takes (${language})`, () => {
    const lenses = lensesOf(objects);
    assert.ok(lenses.length > 30);
    assert.deepEqual(
      lenses.flatMap((lens) => fieldFaults(lens, indexOfView(objects))),
      [],
    );
  });

  test(`panels, controls and references of a dashboard name one another (${language})`, () => {
    for (const dashboard of objects.filter(({ type }) => type === 'dashboard')) assertWhole(dashboard, objects);
  });

  test(`no object is newer than Kibana 8.12 knows, and all are data views, Lens panels or dashboards (${language})`, () => {
    const versions = { 'index-pattern': '8.0.0', lens: '8.9.0', dashboard: '8.9.0' } as Record<string, string>;
    for (const { type, coreMigrationVersion, typeMigrationVersion } of objects) {
      assert.equal(coreMigrationVersion, '8.8.0');
      assert.equal(typeMigrationVersion, versions[type], type);
    }
  });
}

/** What a dashboard shows lies within the grid, and is there by the names that Kibana looks it up by. */
function assertWhole(dashboard: SavedObject, objects: readonly SavedObject[]) {
  const { panelsJSON, controlGroupInput } = dashboard.attributes as {
    panelsJSON: string;
    controlGroupInput: { panelsJSON: string };
  };
  const names = dashboard.references.map(({ name }) => name);
  const panels = JSON.parse(panelsJSON) as { panelIndex: string; panelRefName: string; gridData: Grid }[];
  const controls = Object.values(JSON.parse(controlGroupInput.panelsJSON)) as { explicitInput: Input }[];
  const wanted = panels.map(({ panelIndex, panelRefName }) => `${panelIndex}:${panelRefName}`);
  const lists = controls.map(({ explicitInput }) => `controlGroup_${explicitInput.id}:optionsListDataView`);
  assert.deepEqual([...wanted, ...lists], names);
  for (const { gridData } of panels)
    assert.ok(gridData.x + gridData.w <= 48 && Number.isInteger(gridData.w), gridData.i);
  for (const { explicitInput } of controls) {
    const view = dashboard.references.find(({ name }) => name.startsWith(`controlGroup_${explicitInput.id}:`));
    const index = indexOfView(objects)(view?.id ?? '');
    assert.equal((indices[index] as Record<string, { type: string }>)[explicitInput.fieldName]?.type, 'keyword');
  }
}
type Grid = { i: string; x: number; w: number };
type Input = { id: string; fieldName: string };

test('both languages have the same objects, told apart by their ids and labels alone', () => {
  const [spanish = '', english = ''] = languages.map((language) => savedObjects(language));
  const shape = (ndjson: string) =>
    parseObjects(ndjson.replaceAll('despacho-en-', 'despacho-es-')).map(({ type, id, references }) => ({
      type,
      id,
      references,
    }));
  assert.deepEqual(shape(english), shape(spanish));
  assert.ok(parseObjects(english).every(({ id }) => id.startsWith('despacho-en-')));
  assert.match(spanish, /"Pedidos recibidos"/);
  assert.match(english, /"Orders received"/);
});

test('objects of a namespace show its indices and leave the others alone', () => {
  const objects = parseObjects(savedObjects('en', 'trial.'));
  for (const { id, references } of objects) {
    for (const one of [id, ...references.map((reference) => reference.id)]) assert.match(one, /^trial\.despacho-en-/);
  }
  const titles = objects.filter(({ type }) => type === 'index-pattern').map(({ attributes }) => attributes.title);
  assert.deepEqual(
    titles,
    indexNames.map((name) => `trial.${name}`),
  );
});

test('every data view has a name in both languages', () => {
  assert.deepEqual(Object.keys(dataViewNames).sort(), [...indexNames].sort());
});
