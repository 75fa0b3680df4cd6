// Language and theme: two small menus at the end of the bar.
import { type ReactNode, useState } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { applyTheme, storedTheme, THEMES, type Theme } from '../../state/theme.ts'
import { LANGUAGES, type Language, useSpeech } from '../../text/language.tsx'
import { Icon, type IconName } from '../parts/icons.tsx'
import '../parts/popover.css'

const THEME_ICONS: Readonly<Record<Theme, IconName>> = { system: 'system', light: 'sun', dark: 'moon' }

export function LanguageMenu(): ReactNode {
  const { text, language, setLanguage } = useSpeech()
  return (
    <MenuTrigger>
      <Button className="button button-plain button-icon" aria-label={text.app.languageLabel}>
        <Icon name="language" />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={text.app.languageLabel}
          selectionMode="single"
          selectedKeys={[language]}
          onAction={(key) => setLanguage(key as Language)}
        >
          {Object.entries(LANGUAGES).map(([key, messages]) => (
            <MenuItem key={key} id={key} className="menu-item" textValue={messages.language.name}>
              <span lang={key}>{messages.language.name}</span>
              {key === language && <Icon name="check" />}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}

export function ThemeMenu(): ReactNode {
  const { text } = useSpeech()
  const [theme, setTheme] = useState(storedTheme)
  const names: Readonly<Record<Theme, string>> = {
    system: text.app.themeSystem,
    light: text.app.themeLight,
    dark: text.app.themeDark,
  }
  return (
    <MenuTrigger>
      <Button className="button button-plain button-icon" aria-label={text.app.theme}>
        <Icon name={THEME_ICONS[theme]} />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={text.app.theme}
          selectionMode="single"
          selectedKeys={[theme]}
          onAction={(key) => {
            applyTheme(key as Theme)
            setTheme(key as Theme)
          }}
        >
          {THEMES.map((name) => (
            <MenuItem key={name} id={name} className="menu-item" textValue={names[name]}>
              <Icon name={THEME_ICONS[name]} />
              <span>{names[name]}</span>
              {name === theme && <Icon name="check" />}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
