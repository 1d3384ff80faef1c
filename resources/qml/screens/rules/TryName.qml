import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// A name tried on the rules, each step before and after.
Panel {
    id: panel
    required property var vm
    readonly property var tried: vm.tried

    title: qsTr("Try a name")
    Field { id: name; objectName: "tryName"; Layout.fillWidth: true; iconName: "format-letter-case"; label: qsTr("A product's name"); text: panel.vm.trial.title; onTextEdited: later.restart() }
    GridLayout {
        Layout.fillWidth: true
        columnSpacing: 8
        columns: width / Theme.scale > 340 ? 2 : 1
        Field { id: brand; Layout.fillWidth: true; label: qsTr("Its brand"); text: panel.vm.trial.brand; onTextEdited: later.restart() }
        Field { id: category; Layout.fillWidth: true; label: qsTr("Its category"); text: panel.vm.trial.category; onTextEdited: later.restart() }
    }
    Timer { id: later; interval: 200; onTriggered: panel.vm.attempt(name.text, brand.text, category.text) }
    Repeater {
        model: panel.tried.steps || []
        ColumnLayout {
            id: step
            required property var modelData
            Layout.fillWidth: true
            spacing: 0
            AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: CounterWords.step(step.modelData.rule); wrapMode: Text.Wrap }
            AppText { Layout.fillWidth: true; text: step.modelData.before + "  →  " + step.modelData.after; wrapMode: Text.Wrap }
        }
    }
    Banner {
        Layout.fillWidth: true
        detail: (fmt.locale, [panel.tried.shelf ? qsTr("Shelf: %1").arg(panel.tried.shelf) : qsTr("On no shelf"), panel.tried.strain_type ? CounterWords.strain(panel.tried.strain_type) : "", ...(panel.tried.potencies || []).map(row => CounterWords.potency(row))].filter(text => text).join(" · "))
        meaning: (panel.tried.steps || []).length > 0 ? "good" : ""
        title: panel.tried.after || ""
        visible: !!panel.tried.after
    }
}
