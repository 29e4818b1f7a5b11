import { type ReactNode, useState } from 'react';
import { Button, type ButtonTone, IconButton } from '../../ui/button.tsx';
import { Choices } from '../../ui/choices.tsx';
import { Details } from '../../ui/details.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Field } from '../../ui/field.tsx';
import { Poster } from '../../ui/poster.tsx';
import { Progress } from '../../ui/progress.tsx';
import { Range } from '../../ui/range.tsx';
import { Select } from '../../ui/select.tsx';
import { Toast } from '../../ui/toast.tsx';
import { Both, Sample } from './both.tsx';
import styles from './design.module.css';
import { DialogSample, MenuSample, PopoverSample } from './in-front.tsx';

const TONES: readonly ButtonTone[] = ['primary', 'plain', 'quiet', 'danger'];
const THUMB = 'IQgGDYJgh3h3h3d3d3iHd3h4h3Z4d4cA';
const nothing = () => undefined;

export function Components() {
  return (
    <>
      <Both title="Button">
        {TONES.map((tone) => (
          <div key={tone} className={styles.row}>
            <States of={<Button tone={tone}>Generate</Button>} />
            <Sample name="icon">
              <Button tone={tone} icon="download">
                Save
              </Button>
            </Sample>
            <Sample name="busy">
              <Button tone={tone} busy disabled>
                Saving
              </Button>
            </Sample>
            <Sample name="disabled">
              <Button tone={tone} disabled>
                Generate
              </Button>
            </Sample>
          </div>
        ))}
        <div className={styles.row}>
          <States of={<IconButton icon="heart" label="Favourite" />} />
          <Sample name="pressed">
            <IconButton icon="heartFilled" label="Favourite" aria-pressed />
          </Sample>
          <Sample name="disabled">
            <IconButton icon="heart" label="Favourite" disabled />
          </Sample>
        </div>
      </Both>
      <Both title="Field and select">
        <div className={styles.grid}>
          <Field label="Title" placeholder="Untitled" />
          <Field label="Seed" defaultValue="42" hint="The same seed and prompt give the same film." />
          <Field label="Email" defaultValue="ada@" error="That is no email address." />
          <Field label="Password" type="password" defaultValue="secret" end={<IconButton icon="eye" label="Show" />} />
          <Field label="Disabled" defaultValue="not now" disabled />
          <Chosen />
        </div>
      </Both>
      <Both title="Choices">
        <Ratio />
      </Both>
      <Both title="Progress and range">
        <div className={styles.grid}>
          {[0, 0.4, 1, null].map((value) => (
            <Sample key={String(value)} wide name={value === null ? 'nobody knows how far' : String(value)}>
              <Progress value={value} label="Progress" />
            </Sample>
          ))}
          <Sample wide name="range">
            <Moved />
          </Sample>
          <Sample wide name="range, focus">
            <Forced state="focus">
              <Range label="Volume" defaultValue={50} share={0.5} />
            </Forced>
          </Sample>
          <Sample wide name="range, disabled">
            <Range label="Volume" defaultValue={50} share={0.5} disabled />
          </Sample>
          <Sample wide name="range, under a picture">
            <div className={styles.media}>
              <Range label="Position" defaultValue={30} share={0.3} onMedia />
            </div>
          </Sample>
        </div>
      </Both>
      <Both title="Details">
        <Details summary="More options">
          <p>What few people need.</p>
        </Details>
        <Details summary="Log of this device" card open>
          <p className={styles.inside}>What this device did lately.</p>
        </Details>
      </Both>
      <Both title="Dialog, menu and popover">
        <div className={styles.row}>
          <DialogSample />
          <MenuSample />
          <PopoverSample />
        </div>
      </Both>
      <Both title="Toast">
        <div className={styles.stack}>
          <Toast text="Copied" closeLabel="Close" onClose={nothing} />
          <Toast
            text="Moved to the trash"
            action={<Button tone="quiet">Undo</Button>}
            closeLabel="Close"
            onClose={nothing}
          />
        </div>
      </Both>
      <Both title="Poster: a thumb at once, the picture over it, what stands where none came">
        <div className={styles.row}>
          <Sample name="thumb">
            <div className={styles.poster}>
              <Poster src="data:," thumbhash={THUMB} />
            </div>
          </Sample>
          <Sample name="picture">
            <div className={styles.poster}>
              <Poster src="/icons/icon-512.png" thumbhash={THUMB} />
            </div>
          </Sample>
          <Sample name="neither">
            <div className={styles.poster}>
              <Poster src="data:," thumbhash={null} fallback={<span className={styles.inside}>No picture</span>} />
            </div>
          </Sample>
        </div>
      </Both>
      <Both title="Empty">
        <Empty icon="film" title="Your videos will live here" action={<Button tone="primary">Make one</Button>}>
          Describe a scene, or import videos of your own.
        </Empty>
      </Both>
    </>
  );
}

/** As it is, pointed at, and with the focus. */
function States({ of }: { readonly of: ReactNode }) {
  return ['', 'hover', 'focus'].map((state) => (
    <Sample key={state} name={state || 'at rest'}>
      <Forced state={state}>{of}</Forced>
    </Sample>
  ));
}

function Forced({ state, children }: { readonly state: string; readonly children: ReactNode }) {
  const mark = (element: HTMLElement | null) => element?.firstElementChild?.setAttribute('data-forced', state);
  return <div ref={mark}>{children}</div>;
}

function Ratio() {
  const [value, setValue] = useState('16:9');
  const choices = ['16:9', '9:16', '1:1'].map((ratio) => ({ value: ratio, label: ratio }));
  return <Choices legend="Aspect ratio" value={value} choices={choices} onChange={setValue} />;
}

function Chosen() {
  const [value, setValue] = useState('local');
  const options = [
    { value: 'local', label: 'VidFab Local' },
    { value: 'wan', label: 'Wan 2.6' },
  ];
  return <Select label="Model" value={value} options={options} onChange={setValue} />;
}

function Moved() {
  const [value, setValue] = useState(40);
  return (
    <Range label="Volume" value={value} share={value / 100} onChange={({ target }) => setValue(Number(target.value))} />
  );
}
