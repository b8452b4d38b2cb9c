"""How the app looks: ink on paper, chalk on slate, one vermilion seal. No font is fetched."""

import gradio as gr

VERMILION = gr.themes.Color(
    c50="#fdf3f0",
    c100="#fbe3dc",
    c200="#f6c4b7",
    c300="#ef9f8b",
    c400="#e6755b",
    c500="#d9512f",
    c600="#c2421f",
    c700="#a1361a",
    c800="#822d19",
    c900="#6b2818",
    c950="#3b120a",
    name="vermilion",
)
PAPER = gr.themes.Color(
    c50="#fbf9f4",
    c100="#f4f0e8",
    c200="#e6dfd2",
    c300="#d2c8b6",
    c400="#a79c8a",
    c500="#7b7264",
    c600="#5d564b",
    c700="#443f38",
    c800="#2a2723",
    c900="#1b1917",
    c950="#121110",
    name="paper",
)


def theme() -> gr.themes.Base:
    return gr.themes.Base(
        primary_hue=VERMILION,
        secondary_hue=PAPER,
        neutral_hue=PAPER,
        radius_size=gr.themes.sizes.radius_lg,
        font=["ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "monospace"],
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        background_fill_primary="white",
        background_fill_primary_dark="*neutral_900",
        background_fill_secondary="*neutral_100",
        background_fill_secondary_dark="*neutral_800",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_border_width="1px",
        block_shadow="none",
        block_label_text_color="*neutral_600",
        block_label_text_color_dark="*neutral_300",
        block_title_text_weight="500",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover_dark="*primary_500",
        button_primary_text_color="white",
        button_secondary_background_fill="*neutral_100",
        button_secondary_background_fill_hover="*neutral_200",
        slider_color="*primary_600",
        slider_color_dark="*primary_500",
        input_background_fill="white",
        input_background_fill_dark="*neutral_800",
    )


HEADER = """
<header class="masthead">
  <h1>Forger</h1>
  <p>
    <span class="aside">A small neural network that learned to forge handwritten digits.</span>
    No hand ever wrote one of these.
  </p>
  <button type="button" class="tour">A tour</button>
</header>
"""
START = """
import(new URL("web/shell/tour.js", document.baseURI)).then(({ mountTour }) => mountTour(element));
import(new URL("web/shared/tabs.js", document.baseURI)).then(({ rememberTab }) => rememberTab());
"""
