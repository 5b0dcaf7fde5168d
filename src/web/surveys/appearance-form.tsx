import { contrast } from '../../core/contrast.ts';
import type { Appearance } from '../../core/survey/definition.ts';
import { Button } from '../ui/button.tsx';
import { put } from './edit.ts';
import { useEditor } from './editor.ts';
import { NumberBox } from './number-box.tsx';

const COLOURS = [
  { key: 'accent', name: 'Buttons and chosen answers', usual: '#0072b2' },
  { key: 'background', name: 'Ground', usual: '#ffffff' },
  { key: 'text', name: 'Text', usual: '#14181b' },
] as const;

/** Few colours, with how well they can be read said right there. */
export function AppearanceForm() {
  const { survey, edit } = useEditor();
  const { appearance } = survey;
  const set = (key: keyof Appearance, value: Appearance[keyof Appearance]) =>
    edit(
      'change the appearance',
      (before) => ({ ...before, appearance: put(before.appearance, key, value as never) }),
      `appearance ${key}`,
    );
  const ground = appearance.background ?? '#ffffff';
  const text = appearance.text ?? '#14181b';
  const accent = appearance.accent ?? '#0072b2';
  return (
    <section aria-label="Appearance" className="flex flex-col gap-4">
      <h2 tabIndex={-1} className="font-semibold outline-none">
        Appearance
      </h2>
      <p className="text-sm text-muted">
        Without a ground of its own the survey follows the person’s device: light or dark.
      </p>
      {COLOURS.map(({ key, name, usual }) => (
        <Colour key={key} name={name} value={appearance[key]} usual={usual} onChange={(value) => set(key, value)} />
      ))}
      <NumberBox
        label="Round corners (px)"
        value={appearance.radius}
        min={0}
        max={40}
        optional
        onChange={(radius) => set('radius', radius)}
      />
      <ul className="text-sm">
        <Contrast what="Text on the ground" ratio={contrast(text, ground)} least={4.5} />
        <Contrast what="Buttons on the ground" ratio={contrast(accent, ground)} least={3} />
      </ul>
    </section>
  );
}

interface ColourProps {
  readonly name: string;
  readonly value: string | undefined;
  readonly usual: string;
  readonly onChange: (value: string | undefined) => void;
}

function Colour({ name, value, usual, onChange }: ColourProps) {
  const { mayEdit } = useEditor();
  return (
    <div className="flex flex-wrap items-center gap-3 text-sm">
      <label className="flex items-center gap-3">
        <input
          type="color"
          value={value ?? usual}
          disabled={!mayEdit}
          onChange={(event) => onChange(event.target.value)}
          className="h-8 w-12 cursor-pointer rounded-sm border border-field bg-ground"
        />
        {name}
      </label>
      <span className="text-muted">{value ?? 'as usual'}</span>
      {value && mayEdit && (
        <Button look="plain" aria-label={`${name}: as usual`} onPress={() => onChange(undefined)}>
          As usual
        </Button>
      )}
    </div>
  );
}

interface ContrastProps {
  readonly what: string;
  readonly ratio: number | undefined;
  readonly least: number;
}

function Contrast({ what, ratio, least }: ContrastProps) {
  if (ratio === undefined) return null;
  const enough = ratio >= least;
  return (
    <li className={enough ? 'text-muted' : 'text-danger'}>
      {what}: contrast {ratio.toFixed(1)} to 1, {enough ? 'enough' : `too little; ${least} is needed`}
    </li>
  );
}
